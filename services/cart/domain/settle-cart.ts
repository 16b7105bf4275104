import type { CartDeps } from './deps.ts';
import { endClaim } from './end-claim.ts';
import type { CartKey, OrderEnd, StoredCart } from './types.ts';

/**
 * The cart as the database has it, and without what its order bought if that order has ended: a buyer who was told so
 * sees it even before the order's event is here. Whatever goes wrong with asking is left to that event.
 */
export async function settleCart(deps: CartDeps, { userId }: CartKey): Promise<StoredCart> {
  const cart = await deps.repository.findCart(userId);
  if (cart.claimedBy === undefined) return cart;
  // Never from memory: an order that was PENDING a moment ago may be what the buyer was just told of.
  const end = await endOf(deps, cart.claimedBy);
  deps.metrics.endAsked(end ?? 'NONE');
  if (end === undefined || end === 'PENDING') return cart;
  const isSettled = await settle(deps, { userId, orderId: cart.claimedBy, isCompleted: end === 'COMPLETED' });
  return isSettled ? deps.repository.findCart(userId) : cart;
}

async function endOf({ orderEnds, logger }: CartDeps, orderId: string): Promise<OrderEnd | undefined> {
  try {
    return await orderEnds.endOf(orderId);
  } catch (error) {
    logger.debug({ err: error, orderId }, 'the order service does not say how an order stands');
    return undefined;
  }
}

interface Settlement {
  readonly userId: string;
  readonly orderId: string;
  readonly isCompleted: boolean;
}

/** False if the database was too busy for it: a read that needs no lock must not fail for one. */
async function settle(deps: CartDeps, settlement: Settlement): Promise<boolean> {
  try {
    const end = { ...settlement, items: [] };
    const changed = await deps.repository.transaction((tx) => endClaim({ cache: deps.cache, tx }, end));
    if (changed !== undefined) deps.cache.keep(settlement.userId, changed);
    return true;
  } catch (error) {
    deps.logger.warn({ err: error, orderId: settlement.orderId }, 'a claim whose order has ended is left to the event');
    return false;
  }
}
