import type { CartDeps } from './deps.ts';
import { endClaim, type ClaimEnd } from './end-claim.ts';
import type { StoredCart } from './types.ts';

/** The event of an order that has ended. */
export interface OrderEnded extends ClaimEnd {
  /** UUID of the event. It has its effect once (rule S36). */
  readonly eventId: string;
  /** The version of the cart whose lines the order froze. */
  readonly cartVersion: bigint;
}

/**
 * Ends the order's claim, unless a reader has ended it already (`refreshCart`).
 * @returns false if the event was taken in before
 */
export async function handleOrderEnded(deps: CartDeps, event: OrderEnded): Promise<boolean> {
  const isTaken = await (event.isCompleted ? takeInCompleted(deps, event) : takeInFailed(deps, event));
  return isTaken || takeInCarefully(deps, event);
}

/** @returns whether one statement did it: the order has a claim, and the event is new */
async function takeInCompleted({ cache, repository }: CartDeps, event: OrderEnded): Promise<boolean> {
  const { eventId, orderId, userId, cartVersion } = event;
  const keep = cache.begin();
  // The cart has a later version after it. It can be later still, if lines were changed since the claim: the fence of
  // the claim holds such carts back (docs/decisions/0010-claims-and-the-cart-cache.md).
  await cache.fence(userId, cartVersion + 1n);
  const taken = await repository.plain.takeInCompleted({ eventId, orderId });
  if (taken?.cart !== undefined) keep(userId, taken.cart, orderId);
  return taken !== undefined;
}

async function takeInFailed({ cache, repository }: CartDeps, event: OrderEnded): Promise<boolean> {
  const { eventId, orderId, userId } = event;
  const isTaken = await repository.plain.takeInFailed({ eventId, orderId });
  if (isTaken === true) cache.lift(userId, orderId);
  return isTaken === true;
}

async function takeInCarefully({ cache, repository }: CartDeps, event: OrderEnded): Promise<boolean> {
  const { userId, orderId } = event;
  const keep = cache.begin();
  let changed: StoredCart | undefined;
  const isNew = await repository.transaction((tx) =>
    tx.consumeOnce(event.eventId, async () => {
      changed = await endClaim({ cache, tx }, event);
    }),
  );
  if (changed === undefined) cache.lift(userId, orderId);
  else keep(userId, changed, orderId);
  return isNew;
}
