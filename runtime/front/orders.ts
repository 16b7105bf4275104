import { html } from 'hono/html';

/** The markup of the buyer's orders. */
export function myOrders() {
  return html`<section data-view="orders" aria-labelledby="orders-title" hidden>
    <h2 id="orders-title" tabindex="-1">My orders</h2>
    <ul id="orders" class="rows" aria-label="My orders"></ul>
    <p class="more">
      <button id="more-orders" type="button" hidden>More orders</button>
      <span id="count-orders" role="status"></span>
    </p>
  </section>`;
}

/** The markup of one order, and for support of what each part did for it, and of its refund. */
export function order() {
  return html`<section data-view="order" aria-labelledby="order-title" hidden>
    <p><a id="order-back" href="#/orders">All orders</a></p>
    <h2 id="order-title" tabindex="-1"></h2>
    <p id="order-missing" class="failed" role="alert" hidden></p>
    <div id="order" hidden>
      <p id="order-state" role="status"></p>
      <p id="order-about" class="quiet"></p>
      <div class="columns">
        <div>
          <h3>Lines</h3>
          <ul id="order-lines" class="rows" aria-label="Lines"></ul>
          <p><button id="cancel-order" type="button" hidden></button></p>
        </div>
        <div id="order-way">
          <h3>History</h3>
          <ol id="order-history" class="rows" aria-live="polite" aria-label="History"></ol>
          <h3>Steps</h3>
          <p id="order-stage" class="quiet"></p>
          <ol id="order-steps" class="rows steps" aria-label="Steps"></ol>
        </div>
      </div>
    </div>
    <div id="order-story" class="apart" hidden>
      <h3>What the parts did</h3>
      <p id="story-summary" role="status"></p>
      <ol id="story-steps" class="rows" aria-label="What the parts did"></ol>
    </div>
    <form id="refund" class="apart" hidden>
      <label>
        Reason of the refund
        <input name="reason" minlength="3" maxlength="400" required autocomplete="off" />
      </label>
      <button id="refund-order">Refund</button>
    </form>
  </section>`;
}
