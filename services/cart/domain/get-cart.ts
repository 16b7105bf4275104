import type { CartDeps } from './deps.ts';
import { priceCart } from './price.ts';
import { readCart } from './read-cart.ts';
import { refreshCart } from './refresh-cart.ts';
import type { CartKey, PricedCart } from './types.ts';

export interface GetCartInput extends CartKey {
  /** Reads past the cache. For a caller that must not act on an old version even if the cache fails. */
  readonly fresh: boolean;
}

/** A user's cart at today's prices, without what an ended order has bought (rule S37). A new user's cart is empty. */
export async function getCart(deps: CartDeps, { userId, fresh }: GetCartInput): Promise<PricedCart> {
  const cart = fresh ? (await refreshCart(deps, { userId })).cart : await readCart(deps, { userId });
  const products = await deps.catalog(cart.lines.map(({ productId }) => productId));
  return priceCart(cart, products);
}
