import type { Money } from '../../../proto/money.ts';
import { requestIdReused } from '../../../platform/errors/app-error.ts';
import type { WalletTransaction } from '../repository/index.ts';
import type { WalletDeps } from './deps.ts';
import { alreadyVoided, currencyMismatch, insufficientFunds, walletBusy, walletNotFound } from './errors.ts';
import { availableMinor, type Hold, type PlacedHold, type Wallet } from './types.ts';

export interface HoldInput {
  /** UUID: the key. */
  readonly orderId: string;
  /** UUID of the buyer. */
  readonly userId: string;
  readonly amount: Money;
  readonly ttlSeconds: number;
  /** The last moment, by the database's clock, at which a capture is accepted. A repeat does not move it (rule S7). */
  readonly captureDeadline: Date;
}

/**
 * Sets the amount aside in the buyer's wallet. A repeat gets the first answer, with the hold's present state (rule S5).
 * @throws ALREADY_VOIDED, INSUFFICIENT_FUNDS {required, available, currencyCode}, WALLET_NOT_FOUND, CURRENCY_MISMATCH;
 * REQUEST_ID_REUSED for another buyer or amount; DATABASE_BUSY while other transactions end overdue holds of the wallet
 */
export async function holdFunds(deps: WalletDeps, input: HoldInput): Promise<PlacedHold> {
  const placed = await deps.repository.plain.hold(input);
  if (placed === undefined) return holdCarefully(deps, input);
  deps.metrics.held(1, input.amount.currencyCode);
  return placed;
}

async function holdCarefully(deps: WalletDeps, input: HoldInput): Promise<PlacedHold> {
  const { answer, placed, expired } = await deps.repository.transaction(async (tx) => {
    // The new row is the lock on the order's key: a second hold or a void waits for it and then finds it.
    const inserted = await tx.insertHold(input);
    if (inserted !== undefined) return { answer: inserted, placed: 1, expired: await setAside(tx, input) };
    const found = await tx.lockHold(input.orderId);
    if (found === undefined) throw walletNotFound();
    return { answer: repeated(found.hold, input), placed: 0, expired: 0 };
  });
  deps.metrics.held(placed, input.amount.currencyCode);
  deps.metrics.expired(expired);
  return answer;
}

/** Moves the amount from available to held. If too little is available, it ends overdue holds and tries again. */
async function setAside(tx: WalletTransaction, { userId, amount }: HoldInput): Promise<number> {
  if (await tx.holdAvailable(userId, amount)) return 0;
  const wallet = await tx.lockWalletOf(userId);
  if (wallet === undefined) throw walletNotFound();
  if (wallet.currencyCode !== amount.currencyCode) throw currencyMismatch(wallet.currencyCode, amount.currencyCode);
  // A top-up may have come before the lock. Then no overdue hold has to end.
  const isShort = availableMinor(wallet) < amount.minorUnits;
  const expired = isShort ? await expireOverdueOf(tx, wallet) : { freedMinor: 0n, count: 0 };
  if (await tx.holdAvailable(userId, amount)) return expired.count;
  // Other transactions are about to give the money of these holds back, so the order must not be refused.
  if (await tx.hasOverdueHolds(wallet.walletId)) throw walletBusy();
  throw insufficientFunds(amount, availableMinor(wallet) + expired.freedMinor);
}

/**
 * Ends overdue holds of a locked wallet. It skips holds that another transaction has locked, which prevents deadlocks.
 */
async function expireOverdueOf(tx: WalletTransaction, wallet: Wallet): Promise<{ freedMinor: bigint; count: number }> {
  const amounts = await tx.expireOverdueHoldsOf(wallet.walletId);
  const freedMinor = amounts.reduce((sum, amount) => sum + amount, 0n);
  if (freedMinor > 0n) await tx.freeHeld(wallet.walletId, freedMinor);
  return { freedMinor, count: amounts.length };
}

function repeated(found: Hold, { orderId, userId, amount }: HoldInput): PlacedHold {
  if (found.walletId === undefined) throw alreadyVoided();
  const same =
    found.userId === userId &&
    found.amount.currencyCode === amount.currencyCode &&
    found.amount.minorUnits === amount.minorUnits;
  if (!same) throw requestIdReused(orderId);
  if (found.state === 'VOIDED') throw alreadyVoided();
  return found;
}
