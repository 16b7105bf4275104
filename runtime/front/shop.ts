import { html } from 'hono/html';
import { myOrders, order } from './orders.ts';

interface ShopOptions {
  /** The list of workflows in Temporal's Web UI; undefined if nobody can reach it. */
  readonly workflows: string | undefined;
  /** Whether users may put money into their own wallets. If this process does not know, the page learns by trying. */
  readonly freeTopUp: boolean | undefined;
}

/**
 * The markup of the small shop. Its script (deploy/front/browser) fills it and needs these ids.
 */
export function shop({ workflows, freeTopUp = true }: ShopOptions) {
  const data = workflows === undefined ? '' : html`data-workflows="${workflows}"`;
  const [free, paid] = freeTopUp ? ['', 'hidden'] : ['hidden', ''];
  return html`<section class="wide" id="shop" aria-labelledby="shop-title" ${data}>
    <h2 id="shop-title">Shop</h2>
    <noscript><p>The shop needs JavaScript.</p></noscript>
    <p id="session-ended" role="status" hidden>Your session has ended. Please sign in again.</p>
    <form id="sign-in">
      <div class="field">
        <label>E-mail <input name="email" type="email" autocomplete="username" maxlength="254" required /></label>
        <p class="failed" role="alert" hidden></p>
      </div>
      <div class="field">
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" minlength="8" required />
        </label>
        <p class="failed" role="alert" hidden></p>
      </div>
      <p class="buttons">
        <button class="main">Sign in</button>
        <button id="register">Register</button>
      </p>
    </form>
    <div id="signed-in" hidden>
      <p class="bar">
        <span id="who"></span>
        <span>Wallet: <strong id="balance"></strong></span>
        <button id="top-up" type="button" ${free}>Add 100.00 USD</button>
        <button id="sign-out" type="button">Sign out</button>
      </p>
      <p id="no-top-up" class="quiet" ${paid}>
        You cannot add money yourself here. An administrator puts it into your wallet:
        <code>npm run cli -- wallet credit &lt;e-mail&gt; 100 --reason "…"</code>
      </p>
      <div class="columns">
        <div>
          <h3>Products</h3>
          <form id="search" role="search" aria-label="Products">
            <label>Search <input name="query" type="search" maxlength="200" /></label>
            <button>Search</button>
          </form>
          <ul id="products" class="rows" aria-label="Products"></ul>
        </div>
        <div>
          <h3>Cart</h3>
          <ul id="cart" class="rows" aria-label="Cart"></ul>
          <p id="total" role="status"></p>
          <button id="check-out" class="main" type="button">Check out</button>
          ${myOrders()}
        </div>
      </div>
      ${order()}
    </div>
  </section>`;
}
