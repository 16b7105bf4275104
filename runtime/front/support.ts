import { html } from 'hono/html';

const states = ['PENDING', 'COMPLETED', 'FAILED', 'CANCELLED'];

/** The markup for those who look after the orders of all customers. Its script is deploy/front/browser/support.ts. */
export function support() {
  return html`<section data-view="support" aria-labelledby="support-title" hidden>
    <h2 id="support-title" tabindex="-1">Orders of all customers</h2>
    <form id="find-order" class="find" role="search" aria-label="Orders">
      <label>
        Order id, payment id or e-mail; empty for the newest orders
        <input name="query" type="search" maxlength="254" autocomplete="off" />
      </label>
      <label class="short">
        State
        <select name="state">
          <option value="">all</option>
          ${states.map((state) => html`<option>${state}</option>`)}
        </select>
      </label>
      <button>Find</button>
    </form>
    <p id="whose" role="status"></p>
    <ul id="found" class="rows" aria-label="Found"></ul>
    <p class="more">
      <button id="more-found" type="button" hidden>More orders</button>
      <span id="count-found" role="status"></span>
    </p>
  </section>`;
}

/** What an address shows that leads to nothing. */
export function nothing() {
  return html`<section data-view="nothing" class="narrow" aria-labelledby="nothing-title" hidden>
    <h2 id="nothing-title" tabindex="-1">Nothing is here</h2>
    <p id="nothing-why"></p>
    <p><a href="#/shop">Go to the shop</a></p>
  </section>`;
}
