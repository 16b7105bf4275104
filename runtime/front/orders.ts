import { html } from 'hono/html';

/** The markup of the buyer's orders. */
export function myOrders() {
  return html`<h3>My orders</h3>
    <ul id="orders" class="rows" aria-label="My orders"></ul>
    <button id="more-orders" type="button" hidden>More</button>`;
}

/** The markup of the order that is open, and for support of what each part did for it. */
export function order() {
  return html`<div id="order" class="columns apart" hidden>
      <div>
        <h3 id="order-title"></h3>
        <p id="order-state" role="status"></p>
        <h4>Lines</h4>
        <ul id="order-lines" class="rows" aria-label="Lines"></ul>
        <p><button id="cancel-order" type="button" hidden></button></p>
      </div>
      <div>
        <h4>History</h4>
        <ol id="order-history" class="rows" aria-live="polite" aria-label="History"></ol>
        <h4>Steps</h4>
        <p id="order-stage" class="quiet"></p>
        <ol id="order-steps" class="rows steps" aria-label="Steps"></ol>
      </div>
    </div>
    <div id="order-story" class="apart" hidden>
      <h3>What the parts did</h3>
      <p id="story-summary"></p>
      <ol id="story-steps" class="rows" aria-label="What the parts did"></ol>
    </div>`;
}
