import { isEmpty } from './changes.ts';
import type { CartDeps } from './deps.ts';
import type { CartChange, CartKey, StoredCart } from './types.ts';

export interface ChangeCartInput extends CartKey {
  /** Decides what changes. The cart that it gets is locked. It throws to refuse the change. */
  readonly decide: (cart: StoredCart) => CartChange;
}

/** Changes a cart under its lock, in one transaction, and keeps the new cart in the cache. @returns the new cart */
export async function changeCart(deps: CartDeps, { userId, decide }: ChangeCartInput): Promise<StoredCart> {
  const cart = await deps.repository.transaction(async (tx) => {
    const locked = await tx.lockCart(userId);
    const change = decide(locked);
    if (isEmpty(change)) return locked;
    const changed = await tx.changeLines(userId, locked, change);
    await deps.cache.fence(userId, changed.version);
    return changed;
  });
  deps.cache.keep(userId, cart);
  return cart;
}
