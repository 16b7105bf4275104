import type { CartRepositoryInTransaction } from '../repository.ts';
import type { CartDeps } from './deps.ts';
import { isEmpty } from './edit.ts';
import { releaseLocked } from './release.ts';
import type { CartChange, Quantity, StoredCart } from './types.ts';

/** What the order service tells of an order that ended. */
export interface OrderEnded {
  /** UUID of the event: it has its effect once. */
  readonly eventId: string;
  readonly orderId: string;
  readonly userId: string;
  readonly isCompleted: boolean;
  readonly items: readonly Quantity[];
}

/**
 * Ends the order's claim. A completed order takes what it bought out of the cart, at most what is still there; one that
 * failed or was cancelled gives the claim back, unless it had completed before.
 * @returns false if the event was taken in before.
 */
export async function orderEnded(deps: CartDeps, event: OrderEnded): Promise<boolean> {
  let changed: StoredCart | undefined;
  const isNew = await deps.repository.transaction((tx) =>
    tx.consumeOnce(event.eventId, async () => {
      if (event.isCompleted) changed = await takeBought(deps, tx, event);
      else await releaseLocked(tx, event.orderId);
    }),
  );
  if (changed !== undefined) deps.cache.keep(event.userId, changed);
  return isNew;
}

/** Returns the cart if it changed. Rows of claims are locked before rows of carts, as in `claim`. */
async function takeBought(
  deps: CartDeps,
  tx: CartRepositoryInTransaction,
  { orderId, userId, items }: OrderEnded,
): Promise<StoredCart | undefined> {
  const bought = (await tx.insertEndedClaim({ orderId, state: 'CONSUMED', userId }))
    ? items
    : await consumeClaim(tx, orderId);
  const cart = await tx.lockCart(userId);
  const change = without(cart, bought);
  if (isEmpty(change)) return undefined;
  const changed = await tx.changeLines(userId, cart, change);
  await deps.cache.fence(userId, changed.version);
  return changed;
}

/** What a live claim has; nothing if the claim ended before. */
async function consumeClaim(tx: CartRepositoryInTransaction, orderId: string): Promise<readonly Quantity[]> {
  const found = await tx.lockClaim(orderId);
  if (found?.state !== 'CLAIMED') return [];
  await tx.endClaim(orderId, 'CONSUMED');
  return tx.listClaimLines(orderId);
}

/** The change that takes quantities out of a cart. */
export function without(cart: StoredCart, bought: readonly Quantity[]): CartChange {
  const pieces = new Map<string, number>();
  for (const { productId, quantity } of bought) pieces.set(productId, (pieces.get(productId) ?? 0) + quantity);
  const touched = cart.lines
    .filter(({ productId }) => (pieces.get(productId) ?? 0) > 0)
    .map((line) => ({ ...line, quantity: line.quantity - (pieces.get(line.productId) ?? 0) }));
  return {
    put: touched.filter(({ quantity }) => quantity > 0),
    remove: touched.filter(({ quantity }) => quantity <= 0).map(({ productId }) => productId),
  };
}
