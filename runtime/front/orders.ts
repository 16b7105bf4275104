import { html } from 'hono/html';

/** The markup of the buyer's orders, and of the one that is open. */
export function orders() {
  return html`<div class="columns">
    <div>
      <h3>My orders</h3>
      <ul id="orders" class="rows" aria-label="My orders"></ul>
      <button id="more-orders" type="button" hidden>More</button>
    </div>
    <div id="order" hidden>
      <h3 id="order-title"></h3>
      <p id="order-state" role="status"></p>
      <h4>Lines</h4>
      <ul id="order-lines" class="rows" aria-label="Lines"></ul>
      <h4>History</h4>
      <ol id="order-history" class="rows" aria-live="polite" aria-label="History"></ol>
      <h4>Steps</h4>
      <p id="order-stage" class="quiet"></p>
      <ol id="order-steps" class="rows steps" aria-label="Steps"></ol>
      <p><button id="cancel-order" type="button" hidden></button></p>
    </div>
    <div id="order-story" hidden>
      <h3>What the parts did</h3>
      <p id="story-summary"></p>
      <ol id="story-steps" class="rows" aria-label="What the parts did"></ol>
    </div>
  </div>`;
}
