import { html } from 'hono/html';

/** The markup for those who look after the orders of all customers. Its script is deploy/front/browser/admin.ts. */
export function admin() {
  return html`<section class="wide" id="admin" aria-labelledby="admin-title" hidden>
    <h2 id="admin-title">Orders of all customers</h2>
    <form id="find-order" role="search" aria-label="Orders">
      <label>
        Order id, payment id or e-mail; empty for the newest orders
        <input name="query" type="search" maxlength="254" autocomplete="off" />
      </label>
      <button>Find</button>
    </form>
    <p id="whose" role="status"></p>
    <ul id="found" class="rows" aria-label="Found"></ul>
    <button id="more-found" type="button" hidden>More</button>
    <div id="explained" hidden>
      <h3 id="explained-title"></h3>
      <p id="explained-summary" role="status"></p>
      <ol id="explained-steps" class="rows" aria-label="Timeline"></ol>
      <form id="refund" hidden>
        <label>Reason <input name="reason" minlength="3" maxlength="400" required autocomplete="off" /></label>
        <button id="refund-order">Refund</button>
      </form>
    </div>
  </section>`;
}
