import type { CartDeps } from './deps.ts';
import type { ClaimRecord } from './types.ts';

/** The claim of an order. @returns undefined if none was asked for */
export function getClaimRecord(deps: CartDeps, input: { readonly orderId: string }): Promise<ClaimRecord | undefined> {
  return deps.repository.claimOf(input.orderId);
}
