import { requestIdReused } from '../../../platform/errors/app-error.ts';
import type { BackofficeDeps } from './deps.ts';
import { storedRefusal } from './errors.ts';
import { perform } from './perform.ts';
import type { AdjustedWallet, Entry, StoredAnswer, Wish } from './types.ts';

export interface Adjusted {
  /** UUID of the entry in the trail. */
  readonly entryId: string;
  readonly adjusted: AdjustedWallet;
}

/**
 * Puts money into a user's wallet, or takes some out, once for each request id of an administrator. The trail has its
 * entry before anything changes. A repeat gets the first answer, also if that was a refusal.
 * @throws WALLET_NOT_FOUND, CURRENCY_MISMATCH, TOP_UP_LIMIT_EXCEEDED, INSUFFICIENT_FUNDS, REQUEST_ID_REUSED
 */
export async function adjustWallet(deps: BackofficeDeps, wish: Wish): Promise<Adjusted> {
  const entry = await deps.repository.begin(wish);
  if (!isSame(entry, wish)) throw requestIdReused(wish.requestId);
  if (entry.refusal !== undefined) throw storedRefusal(entry.refusal);
  const answer = entry.answer ?? (await perform(deps, entry));
  return { entryId: entry.entryId, adjusted: restore(answer) };
}

function isSame(entry: Entry, wish: Wish): boolean {
  return (
    entry.userId === wish.userId &&
    entry.reason === wish.reason &&
    entry.amount.minorUnits === wish.amount.minorUnits &&
    entry.amount.currencyCode === wish.amount.currencyCode
  );
}

function restore(stored: StoredAnswer): AdjustedWallet {
  return {
    ...stored,
    balanceMinor: BigInt(stored.balanceMinor),
    heldMinor: BigInt(stored.heldMinor),
    movedMinor: BigInt(stored.movedMinor),
    balanceAfterMinor: BigInt(stored.balanceAfterMinor),
    movedAt: new Date(stored.movedAt),
  };
}
