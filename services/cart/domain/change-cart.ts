import type { KeepCart } from '../ports.ts';
import { isEmpty } from './changes.ts';
import type { CartDeps } from './deps.ts';
import type { CartChange, CartKey, StoredCart } from './types.ts';

export interface ChangeCartInput extends CartKey {
  /** The cart as it was read. */
  readonly read: StoredCart;
  /** From the cache's `begin`, called before the cart was read. */
  readonly keep: KeepCart;
  /** Decides what changes. It throws to refuse the change. */
  readonly decide: (cart: StoredCart) => CartChange;
}

/**
 * Changes a cart and keeps the new cart in the cache. One statement does it if the cart is still as it was read.
 * Otherwise, and to refuse a change, the cart is locked and the change decided again.
 * @returns the new cart
 */
export async function changeCart(deps: CartDeps, input: ChangeCartInput): Promise<StoredCart> {
  const cart = (await changeAsRead(deps, input)) ?? (await changeLocked(deps, input));
  input.keep(input.userId, cart);
  return cart;
}

async function changeAsRead(deps: CartDeps, { userId, read, decide }: ChangeCartInput) {
  const change = unlessRefused(() => decide(read));
  if (change === undefined || isEmpty(change)) return undefined;
  await deps.cache.fence(userId, read.version + 1n);
  return deps.repository.plain.change(userId, read, change);
}

function unlessRefused(decide: () => CartChange): CartChange | undefined {
  try {
    return decide();
  } catch {
    return undefined;
  }
}

function changeLocked(deps: CartDeps, { userId, decide }: ChangeCartInput): Promise<StoredCart> {
  return deps.repository.transaction(async (tx) => {
    const locked = await tx.lockCart(userId);
    const change = decide(locked);
    if (isEmpty(change)) return locked;
    const changed = await tx.changeLines(userId, locked, change);
    await deps.cache.fence(userId, changed.version);
    return changed;
  });
}
