import type { CartDeps } from './deps.ts';
import { endClaim } from './end-claim.ts';
import type { CartKey, OrderEnd, StoredCart } from './types.ts';

interface RefreshedCart {
  readonly cart: StoredCart;
  /** Whether the cart is in the cache already. */
  readonly isKept: boolean;
}

interface Ended extends CartKey {
  readonly orderId: string;
  readonly isCompleted: boolean;
}

/**
 * Reads the cart from the database. If an order claims it, asks the order service and ends the claim of an ended order:
 * the buyer may know the end before the event arrives (rule S37). If asking fails, the event ends the claim later.
 */
export async function refreshCart(deps: CartDeps, { userId }: CartKey): Promise<RefreshedCart> {
  const cart = await deps.repository.findCart(userId);
  const { claimedBy: orderId } = cart;
  if (orderId === undefined) return { cart, isKept: false };
  // An answer is never remembered: an order that was PENDING a moment ago may have ended since.
  const end = await endOf(deps, orderId);
  deps.metrics.endAsked(end ?? 'NONE');
  if (end === undefined || end === 'PENDING') return { cart, isKept: false };
  const ended = { userId, orderId, isCompleted: end === 'COMPLETED' };
  try {
    const after = await (ended.isCompleted ? consumeAsRead(deps, ended, cart) : releaseAsRead(deps, ended, cart));
    if (after !== undefined) return after;
    await endCarefully(deps, ended);
  } catch (error) {
    // A read must not fail because it could not get a lock.
    deps.logger.warn({ err: error, orderId }, "could not end an ended order's claim; its event will");
    return { cart, isKept: false };
  }
  return { cart: await deps.repository.findCart(userId), isKept: false };
}

async function endOf({ orderEnds, logger }: CartDeps, orderId: string): Promise<OrderEnd | undefined> {
  try {
    return await orderEnds.endOf(orderId);
  } catch (error) {
    logger.debug({ err: error, orderId }, 'could not ask the order service about a claimed cart');
    return undefined;
  }
}

/** Ends a completed order's claim by one statement, if the cart is still as it was read. @returns the cart after it */
async function consumeAsRead(
  { cache, repository }: CartDeps,
  { userId, orderId }: Ended,
  { version }: StoredCart,
): Promise<RefreshedCart | undefined> {
  const keep = cache.begin();
  await cache.fence(userId, version + 1n);
  const cart = await repository.plain.consume(orderId, version);
  if (cart === undefined) return undefined;
  keep(userId, cart, orderId);
  return { cart, isKept: true };
}

async function releaseAsRead(
  { cache, repository }: CartDeps,
  { userId, orderId }: Ended,
  cart: StoredCart,
): Promise<RefreshedCart | undefined> {
  if ((await repository.plain.release(orderId)) === undefined) return undefined;
  cache.lift(userId, orderId);
  return { cart: { ...cart, claimedBy: undefined }, isKept: false };
}

async function endCarefully({ cache, repository }: CartDeps, ended: Ended): Promise<void> {
  const { userId, orderId } = ended;
  const keep = cache.begin();
  const changed = await repository.transaction((tx) => endClaim({ cache, tx }, { ...ended, items: [] }));
  if (changed === undefined) cache.lift(userId, orderId);
  else keep(userId, changed, orderId);
}
