import type { CartTransaction } from '../repository/index.ts';
import { isEmpty, without } from './changes.ts';
import type { CartDeps } from './deps.ts';
import { releaseWithin } from './release.ts';
import type { Quantity, StoredCart } from './types.ts';

/** What `endClaim` works with, in its caller's transaction. */
export interface EndClaimDeps extends Pick<CartDeps, 'cache'> {
  readonly tx: CartTransaction;
}

/** How an order ended. */
export interface ClaimEnd {
  readonly orderId: string;
  readonly userId: string;
  /** True also if the order was refunded afterwards. */
  readonly isCompleted: boolean;
  /** What was bought. It is used only if the order has no claim. */
  readonly items: readonly Quantity[];
}

/**
 * Ends an order's claim, for the order's event or for a reader who asked the order service; the claim's state lets only
 * one of them have an effect (rule S37). A completed order takes what it bought out of the cart, at most what is still
 * there. Any other end releases the claim, unless it is CONSUMED.
 * @returns the cart if its lines changed: the caller keeps it in the cache after the commit
 */
export async function endClaim(deps: EndClaimDeps, end: ClaimEnd): Promise<StoredCart | undefined> {
  if (end.isCompleted) return takeBought(deps, end);
  await releaseWithin(deps.tx, end);
  return undefined;
}

/** Locks the claim's row before the cart's (rule S38). */
async function takeBought(
  { cache, tx }: EndClaimDeps,
  { orderId, userId, items }: ClaimEnd,
): Promise<StoredCart | undefined> {
  const bought = (await tx.insertEndedClaim({ orderId, state: 'CONSUMED', userId }))
    ? items
    : await consumeClaim(tx, orderId);
  if (bought.length === 0) return undefined;
  const cart = await tx.lockCart(userId);
  const change = without(cart, bought);
  if (isEmpty(change)) return undefined;
  const changed = await tx.changeLines(userId, cart, change);
  await cache.fence(userId, changed.version);
  return changed;
}

/** Ends a live claim. @returns its lines; none if the claim had ended before */
async function consumeClaim(tx: CartTransaction, orderId: string): Promise<readonly Quantity[]> {
  const found = await tx.lockClaim(orderId);
  if (found?.state !== 'CLAIMED') return [];
  await tx.endClaim(orderId, 'CONSUMED');
  return tx.listClaimLines(orderId);
}
