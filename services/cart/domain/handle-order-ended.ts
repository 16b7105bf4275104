import type { CartDeps } from './deps.ts';
import { endClaim, type ClaimEnd } from './end-claim.ts';
import type { StoredCart } from './types.ts';

/** The event of an order that has ended. */
export interface OrderEnded extends ClaimEnd {
  /** UUID of the event. It has its effect once (rule S36). */
  readonly eventId: string;
}

/**
 * Ends the order's claim, unless a reader has ended it already (`refreshCart`).
 * @returns false if the event was taken in before
 */
export async function handleOrderEnded(deps: CartDeps, event: OrderEnded): Promise<boolean> {
  let changed: StoredCart | undefined;
  const isNew = await deps.repository.transaction((tx) =>
    tx.consumeOnce(event.eventId, async () => {
      changed = await endClaim({ cache: deps.cache, tx }, event);
    }),
  );
  if (changed !== undefined) deps.cache.keep(event.userId, changed);
  return isNew;
}
