import { html } from 'hono/html';

interface HeaderOptions {
  /** Whether users may put money into their own wallets. If this process does not know, the page learns by trying. */
  readonly freeTopUp: boolean | undefined;
}

/** The addresses of the views, in the order of the menu. */
const views = [
  ['shop', 'Shop'],
  ['cart', 'Cart'],
  ['orders', 'Orders'],
  ['support', 'Support'],
  ['platform', 'Platform'],
] as const;

function menu() {
  const items = views.map(([name, text]) => {
    const count = name === 'cart' ? html` <span id="cart-count" class="count" hidden></span>` : '';
    return html`<li ${name === 'support' ? 'hidden' : ''}><a href="#/${name}">${text}${count}</a></li>`;
  });
  return html`<nav id="menu" aria-label="Views" hidden>
    <ul>
      ${items}
    </ul>
  </nav>`;
}

/** The markup that stands above every view: the menu, and whose wallet it is. */
export function header({ freeTopUp = true }: HeaderOptions) {
  const [free, paid] = freeTopUp ? ['', 'hidden'] : ['hidden', ''];
  return html`<header>
    <div class="top">
      <h1>E-commerce backend</h1>
      ${menu()}
    </div>
    <div id="signed-in" hidden>
      <p class="bar">
        <span id="who"></span>
        <button id="sign-out" type="button">Sign out</button>
        <span class="money">Wallet: <strong id="balance"></strong></span>
        <button id="top-up" type="button" ${free}>Add 100.00 USD</button>
      </p>
      <p id="no-top-up" class="quiet" ${paid}>
        You cannot add money yourself here. An administrator puts it into your wallet:
        <code>npm run cli -- wallet credit &lt;e-mail&gt; 100 --reason "…"</code>
      </p>
    </div>
  </header>`;
}
