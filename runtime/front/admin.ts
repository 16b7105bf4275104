import { html } from 'hono/html';

/** The markup for those who look after the orders of all customers. Its script is deploy/front/browser/admin.ts. */
export function admin() {
  return html`<section class="wide" id="admin" aria-labelledby="admin-title" hidden>
    <h2 id="admin-title">Orders of all customers</h2>
    <form id="find-order" role="search" aria-label="Orders">
      <label>
        Order id, payment id or e-mail <input name="query" type="search" maxlength="254" required autocomplete="off" />
      </label>
      <button>Find</button>
    </form>
    <ul id="found" class="rows" aria-label="Found"></ul>
    <div id="explained" hidden>
      <h3 id="explained-title"></h3>
      <p id="explained-summary" role="status"></p>
      <ol id="explained-steps" class="rows" aria-label="Timeline"></ol>
    </div>
  </section>`;
}
