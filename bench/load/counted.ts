import { CartService } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import type { Caller } from './caller.ts';
import { checkOut } from './checkout-cycle.ts';
import { itemOf } from './checkouts.ts';
import { crowdAt, type Place } from './crowd.ts';

const { addItem, clearCart } = CartService.method;

/** Single calls of one user, between which counters can be read. */
let counted: { readonly caller: Caller; readonly productId: string } | undefined;

/** Signs the buyer in and empties the cart, so that the counted calls need neither. */
export async function prepareCounted({ place }: { readonly place: Place }): Promise<void> {
  const { caller, products } = itemOf((await crowdAt(place, 1)).buyers, 0);
  await caller.call(clearCart, {});
  counted = { caller, productId: products[1] };
}

/** Puts a product into the cart, which the last checkout has emptied. */
export async function countedAddItem(): Promise<void> {
  const { caller, productId } = prepared();
  await caller.call(addItem, { productId, quantity: 1 });
}

/** Buys what is in the cart. @throws Error if the checkout does not succeed */
export async function countedCheckout(): Promise<void> {
  await checkOut(prepared().caller);
}

function prepared() {
  if (counted === undefined) throw new Error('prepareCounted comes first');
  return counted;
}
