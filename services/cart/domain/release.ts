import type { CartTransaction } from '../repository/index.ts';
import type { CartDeps } from './deps.ts';
import type { ClaimState } from './types.ts';

export interface ReleaseInput {
  /** UUID: the key. */
  readonly orderId: string;
}

/**
 * Releases an order's claim. Where there is none it leaves a tombstone, so that a late claim is refused (rule S6). The
 * claim of a completed order stays CONSUMED. A repeat gets the first answer.
 */
export async function releaseClaim(deps: CartDeps, input: ReleaseInput): Promise<ClaimState> {
  const userId = await deps.repository.plain.release(input.orderId);
  if (userId === undefined) return releaseCarefully(deps, input);
  deps.cache.lift(userId, input.orderId);
  return 'RELEASED';
}

function releaseCarefully(deps: CartDeps, input: ReleaseInput): Promise<ClaimState> {
  return deps.repository.transaction((tx) => releaseWithin(tx, input));
}

/** The careful way of `releaseClaim`, within the caller's transaction. */
export async function releaseWithin(tx: CartTransaction, { orderId }: ReleaseInput): Promise<ClaimState> {
  if (await tx.insertEndedClaim({ orderId, state: 'RELEASED' })) return 'RELEASED';
  const found = await tx.lockClaim(orderId);
  if (found === undefined) throw new Error(`the claim of order ${orderId} stopped an insert and can't be read`);
  if (found.state !== 'CLAIMED') return found.state;
  await tx.endClaim(orderId, 'RELEASED');
  return 'RELEASED';
}
