/** The shop on the front page. The page has its markup (runtime/front/shop.ts); this fills it and calls the API. */
import { formatMoney } from '../../../proto/money.ts';
import type { Cart } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { OrderStatus, type Order } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { act, tell } from './act.ts';
import { enterAdmin, leaveAdmin } from './admin.ts';
import {
  carts,
  checkouts,
  onSessionEnd,
  orders,
  products,
  reasonOf,
  register,
  signIn,
  signOut,
  wallets,
  whoIsSignedIn,
} from './api.ts';
import { find, line, pause, sumLine } from './dom.ts';
import { clearFields, tellBeside } from './fields.ts';
import { closeOrder, offerCancel, openOrder } from './order.ts';
import { createOrderList, pageSize } from './order-list.ts';
import { newRequestId } from './request-id.ts';

const signInForm = find('sign-in', HTMLFormElement);
const ended = find('session-ended', HTMLElement);
const signedIn = find('signed-in', HTMLElement);
const topUp = find('top-up', HTMLButtonElement);
const checkOutButton = find('check-out', HTMLButtonElement);
const myOrders = createOrderList('orders');
const currencyCode = 'USD';

let walletAsked = 0;

/** Shows the money. An answer that was asked for earlier than the last one may be older, so it is not shown. */
async function showWallet(): Promise<void> {
  const asked = ++walletAsked;
  const { wallet } = await wallets.getWallet({}).catch((error: unknown) => {
    if (reasonOf(error) !== 'WALLET_NOT_FOUND') throw error;
    return wallets.createWallet({ currencyCode });
  });
  if (asked !== walletAsked) return;
  topUp.disabled = false;
  find('balance', HTMLElement).textContent = wallet?.available === undefined ? '' : formatMoney(wallet.available);
}

function showCart(cart: Cart | undefined): void {
  const items = cart?.items ?? [];
  const rows = items.map(({ productId, name, quantity, lineTotal }) => {
    const remove = async () => showCart((await carts.removeItem({ productId })).cart);
    return sumLine(`${quantity} × ${name}`, lineTotal, { label: 'Remove', run: () => act(remove) });
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
    await pause(250);
  }
}

async function showProducts(query: string): Promise<void> {
  const found = await products.listProducts({ query, inStock: true, pageSize: 8 });
  const rows = found.products.map(({ productId, name, price }) => {
    const add = async () => showCart((await carts.addItem({ productId, quantity: 1, requestId: newRequestId() })).cart);
    return sumLine(name, price, { label: 'Add', run: () => act(add) });
  });
  find('products', HTMLElement).replaceChildren(...(rows.length > 0 ? rows : [line('Nothing found.')]));
}

/** An order has changed, and with it the money of its buyer. */
function onState(order: Order): void {
  myOrders.put(order);
  showWallet().catch(tell);
}

const open = (orderId: string) => act(async () => void (await openOrder(orderId, onState)));

function showOrders(): Promise<void> {
  return myOrders.show({ read: (pageToken) => orders.listOrders({ pageSize, pageToken }), open });
}

/** Buys the cart and shows every state of the order as it arrives. @returns whether it was bought */
async function checkOut(): Promise<boolean> {
  const { checkout } = await checkouts.startCheckout({ requestId: newRequestId() });
  if (checkout === undefined) throw new Error('the answer contains no checkout');
  return (await openOrder(checkout.orderId, onState)) === OrderStatus.COMPLETED;
}

async function enter(email: string): Promise<void> {
  find('who', HTMLElement).textContent = email;
  signInForm.hidden = true;
  ended.hidden = true;
  signedIn.hidden = false;
  // A new customer has a wallet only after the first look at it.
  topUp.disabled = true;
  enterAdmin();
  const read = [showWallet(), showProducts(''), carts.getCart({}).then(({ cart }) => showCart(cart)), showOrders()];
  await Promise.all(read);
}

function leave(): void {
  signInForm.hidden = false;
  signedIn.hidden = true;
  closeOrder();
  leaveAdmin();
}

signInForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const data = new FormData(signInForm);
  const credentials = { email: String(data.get('email')), password: String(data.get('password')) };
  const isNew = event.submitter?.id === 'register';
  act(async () => {
    clearFields(signInForm);
    try {
      await (isNew ? register(credentials) : signIn(credentials));
    } catch (error) {
      if (tellBeside(signInForm, error)) return;
      throw error;
    }
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
    await wallets.topUp({ amount, requestId: newRequestId() }).catch((error: unknown) => {
      if (reasonOf(error) !== 'FREE_TOP_UP_DISABLED') throw error;
      topUp.hidden = true;
      find('no-top-up', HTMLElement).hidden = false;
    });
    await showWallet();
  }),
);

checkOutButton.addEventListener('click', () => {
  checkOutButton.disabled = true;
  act(async () => {
    let bought = false;
    try {
      bought = await checkOut();
    } finally {
      await showWallet();
      if (bought) await showEmptiedCart();
      else showCart((await carts.getCart({})).cart);
    }
  });
});

offerCancel(onState);
onSessionEnd(() => {
  leave();
  ended.hidden = false;
});
const known = whoIsSignedIn();
if (known !== undefined) act(() => enter(known));
