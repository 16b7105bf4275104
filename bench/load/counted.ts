import { CartService } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { buyOnce } from './checkout-cycle.ts';
import { itemOf } from './checkouts.ts';
import { crowdAt, type Place } from './crowd.ts';

const { addItem, clearCart } = CartService.method;

/** An exact number of operations, one after the other, so that counters can be divided by it. */
export interface CountedLoad {
  readonly place: Place;
  readonly count: number;
}

/** Signs the buyers in and empties their carts, so that the counted operations need neither. */
export async function prepareCounted({ place, count }: CountedLoad): Promise<void> {
  const { buyers } = await crowdAt(place, count);
  for (const { caller } of buyers) await caller.call(clearCart, {});
}

/**
 * Each user puts the first product into an empty cart. No cache knows the cart or the product, as after a checkout.
 * @throws Error if any of them fails
 */
export async function countedAddItems({ place, count }: CountedLoad): Promise<void> {
  const { buyers } = await crowdAt(place, count);
  for (const { caller, products } of buyers) await caller.call(addItem, { productId: products[0], quantity: 1 });
}

/** One user buys again and again. Each checkout follows one AddItem. @throws Error if any of them fails */
export async function countedCheckouts({ place, count }: CountedLoad): Promise<void> {
  const { buyers } = await crowdAt(place, count);
  const { caller, products } = itemOf(buyers, 0);
  for (let done = 0; done < count; done++) await buyOnce(caller, products.slice(1));
}
