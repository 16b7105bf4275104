import { html } from 'hono/html';

/** The markup of the shop, which is the first view after a sign-in. Its script is deploy/front/browser/catalog.ts. */
export function shop() {
  return html`<section data-view="shop" aria-labelledby="shop-title" hidden>
    <h2 id="shop-title" tabindex="-1">Shop</h2>
    <form id="search" class="find" role="search" aria-label="Products">
      <label>Search <input name="query" type="search" maxlength="200" autocomplete="off" /></label>
      <button>Search</button>
    </form>
    <ul id="products" class="tiles" aria-label="Products"></ul>
    <p class="more">
      <button id="more-products" type="button" hidden>More products</button>
      <span id="count-products" role="status"></span>
    </p>
  </section>`;
}

/** The markup of the cart. Its script is deploy/front/browser/cart.ts. */
export function cart() {
  return html`<section data-view="cart" class="narrow" aria-labelledby="cart-title" hidden>
    <h2 id="cart-title" tabindex="-1">Cart</h2>
    <ul id="cart" class="rows" aria-label="Cart"></ul>
    <p id="total" role="status"></p>
    <p class="buttons">
      <button id="check-out" class="main" type="button">Check out</button>
      <a href="#/shop">Go on shopping</a>
    </p>
  </section>`;
}
