import { changeCart } from './change-cart.ts';
import type { CartDeps } from './deps.ts';
import { priceCart } from './price.ts';
import { readCart } from './read-cart.ts';
import type { CartKey, PricedCart } from './types.ts';

/** Empties the cart; an empty one stays as it is. */
export async function clearCart(deps: CartDeps, { userId }: CartKey): Promise<PricedCart> {
  // Else an order that has ended would take its quantities out of what is added later.
  await readCart(deps, { userId });
  const cart = await changeCart(deps, {
    userId,
    decide: ({ lines }) => ({ remove: lines.map(({ productId }) => productId) }),
  });
  return priceCart(cart, new Map());
}
