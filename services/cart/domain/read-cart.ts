import type { CartDeps } from './deps.ts';
import { refreshCart } from './refresh-cart.ts';
import type { CartKey, StoredCart } from './types.ts';

/** The cart from the cache. If it is not there, it is read by `refreshCart` and then kept in the cache. */
export async function readCart(deps: CartDeps, { userId }: CartKey): Promise<StoredCart> {
  const cached = await deps.cache.find(userId);
  if (cached !== undefined) return cached;
  const keep = deps.cache.begin();
  const { cart, isKept } = await refreshCart(deps, { userId });
  if (!isKept) keep(userId, cart);
  return cart;
}
