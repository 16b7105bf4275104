import type { CartTransaction } from '../repository/index.ts';
import type { CartDeps } from './deps.ts';
import type { ClaimState } from './types.ts';

export interface ReleaseInput {
  /** UUID: the key. */
  readonly orderId: string;
}

/**
 * Gives an order's claim back. One that never was leaves a tombstone, so that a late one is refused; one whose order
 * completed stays CONSUMED. A repeat gets the first answer.
 */
export async function releaseClaim(deps: CartDeps, input: ReleaseInput): Promise<ClaimState> {
  return deps.repository.transaction((tx) => releaseWithin(tx, input));
}

/** The same in a transaction of the caller's. */
export async function releaseWithin(tx: CartTransaction, { orderId }: ReleaseInput): Promise<ClaimState> {
  if (await tx.insertEndedClaim({ orderId, state: 'RELEASED' })) return 'RELEASED';
  const found = await tx.lockClaim(orderId);
  if (found === undefined) throw new Error(`claim ${orderId} is there and isn't`);
  if (found.state !== 'CLAIMED') return found.state;
  await tx.endClaim(orderId, 'RELEASED');
  return 'RELEASED';
}
