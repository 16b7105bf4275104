import { changeCart } from './change-cart.ts';
import type { CartDeps } from './deps.ts';
import { priceCart } from './price.ts';
import { readCart } from './read-cart.ts';
import type { CartKey, PricedCart } from './types.ts';

/** Empties the cart. An empty cart keeps its version. */
export async function clearCart(deps: CartDeps, { userId }: CartKey): Promise<PricedCart> {
  // This ends the claim of an ended order. Otherwise its event would take quantities out of lines that are added later.
  const keep = deps.cache.begin();
  const read = await readCart(deps, { userId });
  const cart = await changeCart(deps, {
    userId,
    read,
    keep,
    decide: ({ lines }) => ({ remove: lines.map(({ productId }) => productId) }),
  });
  return priceCart(cart, new Map());
}
