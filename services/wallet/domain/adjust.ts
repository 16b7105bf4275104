import type { Money } from '../../../proto/money.ts';
import type { WalletTransaction } from '../repository/index.ts';
import type { WalletDeps } from './deps.ts';
import { currencyMismatch, lessAvailable, topUpLimitExceeded, walletNotFound } from './errors.ts';
import { book } from './ledger.ts';
import { maxBalanceMinor } from './top-up.ts';
import { availableMinor, type LedgerTransaction, type Wallet } from './types.ts';

export interface AdjustInput {
  /** `CREDIT` puts money in, `DEBIT` takes money out. */
  readonly type: 'CREDIT' | 'DEBIT';
  /** UUID: the key. The ledger itself knows it, so a repeat has no second effect however late it comes. */
  readonly adjustmentId: string;
  readonly userId: string;
  /** Above zero. */
  readonly amount: Money;
}

export interface Adjusted {
  /** The wallet after the call. */
  readonly wallet: Wallet;
  readonly transaction: LedgerTransaction;
}

/**
 * Changes a wallet for an administrator, once for each adjustment. A repeat gets the same transaction.
 * @throws WALLET_NOT_FOUND, CURRENCY_MISMATCH, TOP_UP_LIMIT_EXCEEDED {limit} for a credit, INSUFFICIENT_FUNDS for a debit
 */
export async function adjustWallet(deps: WalletDeps, input: AdjustInput): Promise<Adjusted> {
  return deps.repository.transaction((tx) => adjust(tx, input));
}

async function adjust(tx: WalletTransaction, { type, adjustmentId, userId, amount }: AdjustInput): Promise<Adjusted> {
  const wallet = await tx.lockWalletOf(userId);
  if (wallet === undefined) throw walletNotFound();
  // Read under the wallet's lock, so a repeat that runs at the same time sees the first one's transaction.
  const booked = await tx.findAdjustment(adjustmentId);
  if (booked !== undefined) return { wallet, transaction: booked };
  const { walletId, currencyCode, balanceMinor } = wallet;
  if (currencyCode !== amount.currencyCode) throw currencyMismatch(currencyCode, amount.currencyCode);
  if (type === 'CREDIT' && balanceMinor + amount.minorUnits > maxBalanceMinor)
    throw topUpLimitExceeded(maxBalanceMinor);
  const available = availableMinor(wallet);
  if (type === 'DEBIT' && available < amount.minorUnits) throw lessAvailable(amount, available);
  return book(tx, { type, walletId, amount, requestId: adjustmentId });
}
