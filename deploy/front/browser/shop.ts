/** The shop on the front page. The page has its markup (runtime/front/shop.ts); this fills it and calls the API. */
import { formatMoney } from '../../../proto/money.ts';
import type { Cart } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { carts, messageOf, newRequestId, products, reasonOf, register, signIn, signOut, wallets } from './api.ts';
import { find, line } from './dom.ts';
import { checkOut } from './order.ts';

const message = find('message', HTMLElement);
const signInForm = find('sign-in', HTMLFormElement);
const signedIn = find('signed-in', HTMLElement);
const topUp = find('top-up', HTMLButtonElement);
const checkOutButton = find('check-out', HTMLButtonElement);
const currencyCode = 'USD';

/** Runs what a person asked for, and tells them if it failed. */
function act(run: () => Promise<void>): void {
  message.textContent = '';
  run().catch((error: unknown) => {
    const reason = reasonOf(error);
    message.textContent = reason === undefined ? messageOf(error) : `${messageOf(error)} (${reason})`;
    if (reason === 'FREE_TOP_UP_DISABLED') topUp.hidden = true;
  });
}

async function showWallet(): Promise<void> {
  const { wallet } = await wallets.getWallet({}).catch((error: unknown) => {
    if (reasonOf(error) !== 'WALLET_NOT_FOUND') throw error;
    return wallets.createWallet({ currencyCode });
  });
  find('balance', HTMLElement).textContent = wallet?.available === undefined ? '' : formatMoney(wallet.available);
}

function showCart(cart: Cart | undefined): void {
  const items = cart?.items ?? [];
  const rows = items.map(({ productId, name, quantity, lineTotal }) => {
    const price = lineTotal === undefined ? '' : `, ${formatMoney(lineTotal)}`;
    const remove = async () => showCart((await carts.removeItem({ productId })).cart);
    return line(`${quantity} × ${name}${price}`, { label: 'Remove', run: () => act(remove) });
  });
  find('cart', HTMLElement).replaceChildren(...rows);
  const total = cart?.total === undefined ? '' : formatMoney(cart.total);
  find('total', HTMLElement).textContent = items.length === 0 ? 'The cart is empty.' : `Total ${total}`;
  checkOutButton.disabled = items.length === 0;
}

/** An event empties the cart a moment after its order has succeeded. */
async function showEmptiedCart(): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const { cart } = await carts.getCart({});
    showCart(cart);
    if (cart === undefined || cart.items.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function showProducts(query: string): Promise<void> {
  const found = await products.listProducts({ query, inStock: true, pageSize: 8 });
  const rows = found.products.map(({ productId, name, price }) => {
    const add = async () => showCart((await carts.addItem({ productId, quantity: 1, requestId: newRequestId() })).cart);
    return line(price === undefined ? name : `${name}, ${formatMoney(price)}`, {
      label: 'Add',
      run: () => act(add),
    });
  });
  find('products', HTMLElement).replaceChildren(...(rows.length > 0 ? rows : [line('Nothing found.')]));
}

async function enter(email: string): Promise<void> {
  find('who', HTMLElement).textContent = email;
  signInForm.hidden = true;
  signedIn.hidden = false;
  await Promise.all([showWallet(), showProducts(''), carts.getCart({}).then(({ cart }) => showCart(cart))]);
}

function leave(): void {
  signInForm.hidden = false;
  signedIn.hidden = true;
  find('order', HTMLElement).replaceChildren();
}

signInForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const data = new FormData(signInForm);
  const credentials = { email: String(data.get('email')), password: String(data.get('password')) };
  const isNew = event.submitter?.id === 'register';
  act(async () => {
    await (isNew ? register(credentials) : signIn(credentials));
    signInForm.reset();
    await enter(credentials.email);
  });
});

const search = find('search', HTMLFormElement);
search.addEventListener('submit', (event) => {
  event.preventDefault();
  act(() => showProducts(String(new FormData(search).get('query'))));
});

find('sign-out', HTMLButtonElement).addEventListener('click', () => {
  leave();
  act(signOut);
});

topUp.addEventListener('click', () =>
  act(async () => {
    const amount = { currencyCode, minorUnits: 10_000n };
    await wallets.topUp({ amount, requestId: newRequestId() });
    await showWallet();
  }),
);

checkOutButton.addEventListener('click', () => {
  checkOutButton.disabled = true;
  act(async () => {
    let bought = false;
    try {
      bought = await checkOut(find('order', HTMLElement));
    } finally {
      await showWallet();
      if (bought) await showEmptiedCart();
      else showCart((await carts.getCart({})).cart);
    }
  });
});
