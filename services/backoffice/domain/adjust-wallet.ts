import { carryOut } from './carry-out.ts';
import type { BackofficeDeps } from './deps.ts';
import type { AdjustedWallet, StoredWallet, WalletWish } from './types.ts';

export interface Adjusted {
  /** UUID of the entry in the trail. */
  readonly entryId: string;
  readonly adjusted: AdjustedWallet;
}

/**
 * Puts money into a user's wallet, or takes some out, once for each request id of an administrator.
 * @throws WALLET_NOT_FOUND, CURRENCY_MISMATCH, TOP_UP_LIMIT_EXCEEDED, INSUFFICIENT_FUNDS, REQUEST_ID_REUSED
 */
export async function adjustWallet(deps: BackofficeDeps, wish: WalletWish): Promise<Adjusted> {
  const { entryId, answer } = await carryOut(deps, wish);
  if (!('walletId' in answer)) throw new Error(`the entry ${entryId} keeps no wallet`);
  return { entryId, adjusted: restore(answer) };
}

function restore(stored: StoredWallet): AdjustedWallet {
  return {
    ...stored,
    balanceMinor: BigInt(stored.balanceMinor),
    heldMinor: BigInt(stored.heldMinor),
    movedMinor: BigInt(stored.movedMinor),
    balanceAfterMinor: BigInt(stored.balanceAfterMinor),
    movedAt: new Date(stored.movedAt),
  };
}
