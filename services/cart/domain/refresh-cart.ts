import type { CartDeps } from './deps.ts';
import { endClaim, type ClaimEnd } from './end-claim.ts';
import type { CartKey, OrderEnd, StoredCart } from './types.ts';

/**
 * Reads the cart from the database. If an order claims it, asks the order service and ends the claim of an ended order:
 * the buyer may know the end before the event arrives (rule S37). If asking fails, the event ends the claim later.
 */
export async function refreshCart(deps: CartDeps, { userId }: CartKey): Promise<StoredCart> {
  const cart = await deps.repository.findCart(userId);
  if (cart.claimedBy === undefined) return cart;
  // An answer is never remembered: an order that was PENDING a moment ago may have ended since.
  const end = await endOf(deps, cart.claimedBy);
  deps.metrics.endAsked(end ?? 'NONE');
  if (end === undefined || end === 'PENDING') return cart;
  const hasEnded = await endClaimOf(deps, { userId, orderId: cart.claimedBy, isCompleted: end === 'COMPLETED' });
  return hasEnded ? deps.repository.findCart(userId) : cart;
}

async function endOf({ orderEnds, logger }: CartDeps, orderId: string): Promise<OrderEnd | undefined> {
  try {
    return await orderEnds.endOf(orderId);
  } catch (error) {
    logger.debug({ err: error, orderId }, 'could not ask the order service about a claimed cart');
    return undefined;
  }
}

/** @returns false if the transaction failed: a read must not fail because it could not get a lock */
async function endClaimOf(deps: CartDeps, ended: Omit<ClaimEnd, 'items'>): Promise<boolean> {
  try {
    const end = { ...ended, items: [] };
    const changed = await deps.repository.transaction((tx) => endClaim({ cache: deps.cache, tx }, end));
    if (changed !== undefined) deps.cache.keep(ended.userId, changed);
    return true;
  } catch (error) {
    deps.logger.warn({ err: error, orderId: ended.orderId }, "could not end an ended order's claim; its event will");
    return false;
  }
}
