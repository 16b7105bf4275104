import type { CartDeps } from './deps.ts';
import { changeCart } from './edit-cart.ts';
import { storedCart } from './get-cart.ts';
import { priceCart } from './price.ts';
import type { PricedCart } from './types.ts';

/** Empties the cart; an empty one stays as it is. */
export async function clearCart(deps: CartDeps, userId: string): Promise<PricedCart> {
  // Else an order that has ended would take its quantities out of what is added later.
  await storedCart(deps, userId);
  const cart = await changeCart(deps, userId, ({ lines }) => ({ remove: lines.map(({ productId }) => productId) }));
  return priceCart(cart, new Map());
}
