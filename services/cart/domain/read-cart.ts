import type { CartDeps } from './deps.ts';
import { settleCart } from './settle-cart.ts';
import type { CartKey, StoredCart } from './types.ts';

/** The cart from the cache, or else from the database and settled, and then kept in the cache. */
export async function readCart(deps: CartDeps, { userId }: CartKey): Promise<StoredCart> {
  const cached = await deps.cache.find(userId);
  if (cached !== undefined) return cached;
  const isRecent = deps.cache.begin();
  const cart = await settleCart(deps, { userId });
  if (isRecent()) deps.cache.keep(userId, cart);
  return cart;
}
