import type { CartTransaction } from '../repository/index.ts';
import { isEmpty, without } from './changes.ts';
import type { CartDeps } from './deps.ts';
import { releaseWithin } from './release.ts';
import type { Quantity, StoredCart } from './types.ts';

/** The transaction in which a claim ends. */
export interface EndClaimDeps extends Pick<CartDeps, 'cache'> {
  readonly tx: CartTransaction;
}

/** How an order ended. */
export interface ClaimEnd {
  readonly orderId: string;
  readonly userId: string;
  /** Also if the order was refunded since. */
  readonly isCompleted: boolean;
  /** What was bought, where no claim tells. */
  readonly items: readonly Quantity[];
}

/**
 * Ends an order's claim, in the transaction of whoever heard how the order ended: its event, or a reader who asked. The
 * claim's state makes it happen once. A completed order takes what it bought out of the cart, at most what is still
 * there; one that failed or was cancelled gives the claim back, unless it had completed before.
 * @returns the cart if its lines changed; for the cache, after the commit.
 */
export async function endClaim(deps: EndClaimDeps, end: ClaimEnd): Promise<StoredCart | undefined> {
  if (end.isCompleted) return takeBought(deps, end);
  await releaseWithin(deps.tx, end);
  return undefined;
}

/** Rows of claims are locked before rows of carts, as in `claimCart`. */
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

/** What a live claim has; nothing if the claim ended before. */
async function consumeClaim(tx: CartTransaction, orderId: string): Promise<readonly Quantity[]> {
  const found = await tx.lockClaim(orderId);
  if (found?.state !== 'CLAIMED') return [];
  await tx.endClaim(orderId, 'CONSUMED');
  return tx.listClaimLines(orderId);
}
