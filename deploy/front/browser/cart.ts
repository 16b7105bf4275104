/** The cart, and its checkout. */
import { formatMoney } from '../../../proto/money.ts';
import type { Cart } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { OrderStatus, type Order } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { act, tell } from './act.ts';
import { carts, checkouts } from './api.ts';
import { find, pause, sumLine } from './dom.ts';
import { say } from './news.ts';
import { addressOf } from './place.ts';
import { newRequestId } from './request-id.ts';
import { showWallet } from './wallet.ts';

const list = find('cart', HTMLElement);
const totalLine = find('total', HTMLElement);
const count = find('cart-count', HTMLElement);
const checkOutButton = find('check-out', HTMLButtonElement);
/** The orders that this page has made out of the cart. */
const made = new Set<string>();

function show(cart: Cart | undefined): void {
  const items = cart?.items ?? [];
  const rows = items.map(({ productId, name, quantity, lineTotal }) => {
    const remove = async () => show((await carts.removeItem({ productId })).cart);
    return sumLine(`${quantity} × ${name}`, lineTotal, { label: 'Remove', run: () => act(remove) });
  });
  list.replaceChildren(...rows);
  const total = cart?.total === undefined ? '' : formatMoney(cart.total);
  totalLine.textContent = items.length === 0 ? 'The cart is empty.' : `Total ${total}`;
  checkOutButton.disabled = items.length === 0;
  const pieces = items.reduce((sum, { quantity }) => sum + quantity, 0);
  count.textContent = String(pieces);
  count.hidden = pieces === 0;
}

export async function showCart(): Promise<void> {
  show((await carts.getCart({})).cart);
}

export function clearCart(): void {
  show(undefined);
  totalLine.textContent = '';
}

export async function addToCart(productId: string, name: string): Promise<void> {
  const { cart } = await carts.addItem({ productId, quantity: 1, requestId: newRequestId() });
  show(cart);
  const total = cart?.total === undefined ? '' : `: ${formatMoney(cart.total)}`;
  say(`${name} is in the cart${total}.`);
}

/** An event empties the cart a moment after its order has succeeded. */
async function showEmptiedCart(): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const { cart } = await carts.getCart({});
    show(cart);
    if (cart === undefined || cart.items.length === 0) return;
    await pause(250);
  }
}

/** An order has changed, and with it the money of its buyer, and the cart that it was made of. */
export async function followOrder({ orderId, status }: Order): Promise<void> {
  await showWallet();
  if (status === OrderStatus.PENDING || !made.delete(orderId)) return;
  await (status === OrderStatus.COMPLETED ? showEmptiedCart() : showCart());
}

checkOutButton.addEventListener('click', () => {
  checkOutButton.disabled = true;
  act(async () => {
    try {
      const { checkout } = await checkouts.startCheckout({ requestId: newRequestId() });
      if (checkout === undefined) throw new Error('the answer contains no checkout');
      made.add(checkout.orderId);
      location.hash = addressOf('orders', checkout.orderId);
    } catch (error) {
      // A failure of this read must not take the place of the first one.
      await showCart().catch(tell);
      throw error;
    }
  });
});
