import type { CartDeps } from './deps.ts';
import { priceCart } from './price.ts';
import { settledCart } from './settle-cart.ts';
import type { PricedCart, StoredCart } from './types.ts';

/**
 * A user's cart at today's prices; empty if nothing was ever added. Once an order has ended, what it bought is gone.
 * @param fresh reads past the cache, for who must not act on an old version even while the cache is in trouble.
 */
export async function getCart(deps: CartDeps, userId: string, fresh: boolean): Promise<PricedCart> {
  const cart = fresh ? await settledCart(deps, userId) : await storedCart(deps, userId);
  const products = await deps.catalog(cart.lines.map(({ productId }) => productId));
  return priceCart(cart, products);
}

/** The cart from the cache, or else from the database and settled, and then kept in the cache. */
export async function storedCart(deps: CartDeps, userId: string): Promise<StoredCart> {
  const cached = await deps.cache.find(userId);
  if (cached !== undefined) return cached;
  const isRecent = deps.cache.begin();
  const cart = await settledCart(deps, userId);
  if (isRecent()) deps.cache.keep(userId, cart);
  return cart;
}
