import type { CartDeps } from './deps.ts';
import { priceCart } from './price.ts';
import { readCart } from './read-cart.ts';
import { settleCart } from './settle-cart.ts';
import type { CartKey, PricedCart } from './types.ts';

export interface GetCartInput extends CartKey {
  /** Reads past the cache, for who must not act on an old version even while the cache is in trouble. */
  readonly fresh: boolean;
}

/** A user's cart at today's prices; empty if nothing was ever added. Once an order has ended, what it bought is gone. */
export async function getCart(deps: CartDeps, { userId, fresh }: GetCartInput): Promise<PricedCart> {
  const cart = fresh ? await settleCart(deps, { userId }) : await readCart(deps, { userId });
  const products = await deps.catalog(cart.lines.map(({ productId }) => productId));
  return priceCart(cart, products);
}
