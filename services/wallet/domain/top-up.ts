import type { Money } from '../../../proto/money.ts';
import { fingerprint } from '../../../platform/data/db/once.ts';
import type { WalletTransaction } from '../repository/index.ts';
import { checkCurrency } from './currency.ts';
import type { WalletDeps } from './deps.ts';
import { currencyMismatch, freeTopUpDisabled, topUpLimitExceeded, walletNotFound } from './errors.ts';
import { book } from './ledger.ts';
import type { LedgerTransaction, Wallet } from './types.ts';

/** The highest balance of a wallet, in minor units. It is far below 2^63, so that sums of balances fit into 64 bits. */
export const maxBalanceMinor = 1_000_000_000_000n;

export interface TopUpInput {
  readonly userId: string;
  /** UUID. A repeat with the same id has no second effect. */
  readonly requestId: string;
  /** Above zero. */
  readonly amount: Money;
}

export interface ToppedUp {
  /** The wallet after the top-up. */
  readonly wallet: Wallet;
  readonly transaction: LedgerTransaction;
}

/** The answer as it is stored for a repeat. JSON has no bigint. */
interface StoredAnswer {
  readonly walletId: string;
  readonly balanceMinor: string;
  readonly heldMinor: string;
  readonly transactionId: string;
  readonly sequence: string;
  readonly createdAt: string;
}

/**
 * Puts money into the caller's wallet, once for each request id. A repeat gets the first answer.
 * @throws FREE_TOP_UP_DISABLED, WALLET_NOT_FOUND, CURRENCY_MISMATCH, TOP_UP_LIMIT_EXCEEDED {limit}, REQUEST_ID_REUSED,
 *   INVALID_CURRENCY
 */
export async function topUpWallet(deps: WalletDeps, input: TopUpInput): Promise<ToppedUp> {
  if (!deps.freeTopUp) throw freeTopUpDisabled();
  const { userId, requestId, amount } = input;
  const payload = fingerprint({ currencyCode: amount.currencyCode, minorUnits: String(amount.minorUnits) });
  let isNew = false;
  const stored = await deps.repository.transaction((tx) =>
    tx.once({ subject: userId, method: 'TopUp', requestId, fingerprint: payload }, async () => {
      isNew = true;
      return bookTopUp(tx, input);
    }),
  );
  if (isNew) deps.metrics.toppedUp();
  return restore(stored, input);
}

async function bookTopUp(tx: WalletTransaction, input: TopUpInput): Promise<StoredAnswer> {
  const { userId, requestId, amount } = input;
  checkCurrency('amount.currency_code', amount.currencyCode);
  const locked = await tx.lockWalletOf(userId);
  if (locked === undefined) throw walletNotFound();
  const { walletId, currencyCode, balanceMinor } = locked;
  if (currencyCode !== amount.currencyCode) throw currencyMismatch(currencyCode, amount.currencyCode);
  if (balanceMinor + amount.minorUnits > maxBalanceMinor) throw topUpLimitExceeded(maxBalanceMinor);
  const { wallet, transaction } = await book(tx, { type: 'TOP_UP', walletId, amount, requestId });
  return {
    walletId,
    balanceMinor: String(wallet.balanceMinor),
    heldMinor: String(wallet.heldMinor),
    transactionId: transaction.transactionId,
    sequence: String(transaction.sequence),
    createdAt: transaction.createdAt.toISOString(),
  };
}

function restore(stored: StoredAnswer, { userId, amount }: TopUpInput): ToppedUp {
  const balanceMinor = BigInt(stored.balanceMinor);
  return {
    wallet: {
      walletId: stored.walletId,
      userId,
      currencyCode: amount.currencyCode,
      balanceMinor,
      heldMinor: BigInt(stored.heldMinor),
    },
    transaction: {
      transactionId: stored.transactionId,
      sequence: BigInt(stored.sequence),
      type: 'TOP_UP',
      amount,
      balanceAfterMinor: balanceMinor,
      orderId: undefined,
      createdAt: new Date(stored.createdAt),
    },
  };
}
