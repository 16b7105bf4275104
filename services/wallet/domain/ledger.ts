import { randomUUID } from 'node:crypto';
import type { Money } from '../../../proto/money.ts';
import type { WalletTransaction } from '../repository/index.ts';
import type { Entry, LedgerTransaction, TransactionType, Wallet } from './types.ts';

/** Money that moves between a wallet and a system account. */
export interface Movement {
  readonly type: TransactionType;
  readonly walletId: string;
  /** Above zero. The type gives the direction. */
  readonly amount: Money;
  /** UUID, for captures and refunds. */
  readonly orderId?: string;
  /** UUID, for top-ups, credits and debits. */
  readonly requestId?: string;
}

const intoWallet: Readonly<Record<TransactionType, bigint>> = {
  TOP_UP: 1n,
  CAPTURE: -1n,
  REFUND: 1n,
  CREDIT: 1n,
  DEBIT: -1n,
};

/** Where the money comes from or goes to. */
const otherEnd: Readonly<Record<TransactionType, string>> = {
  TOP_UP: 'funding',
  CAPTURE: 'sales',
  REFUND: 'sales',
  CREDIT: 'adjustments',
  DEBIT: 'adjustments',
};

function systemAccount(type: TransactionType, currencyCode: string): string {
  return `system:${otherEnd[type]}:${currencyCode}`;
}

/** @throws Error, a defect, unless the entries sum to zero in each currency */
function assertBalanced(entries: readonly Entry[]): void {
  const sums = new Map<string, bigint>();
  for (const { amount } of entries) {
    sums.set(amount.currencyCode, (sums.get(amount.currencyCode) ?? 0n) + amount.minorUnits);
  }
  for (const [currencyCode, sum] of sums) {
    if (sum !== 0n) throw new Error(`entries are out of balance by ${sum} ${currencyCode}`);
  }
  if (entries.length < 2) throw new Error('a transaction has at least two entries');
}

/**
 * Books a movement in double entry and changes the wallet's balance. A capture also lowers the held amount. The caller
 * has looked up its key and checked that there is enough money; the CHECK of the wallet only guards against defects.
 */
export async function book(
  tx: WalletTransaction,
  movement: Movement,
): Promise<{ wallet: Wallet; transaction: LedgerTransaction }> {
  const { type, walletId, orderId, requestId } = movement;
  const { currencyCode, minorUnits } = movement.amount;
  if (minorUnits <= 0n) throw new Error(`a movement of ${minorUnits}`);
  const delta = minorUnits * intoWallet[type];
  const wallet = await tx.moveBalance(walletId, delta, type === 'CAPTURE' ? -minorUnits : 0n);
  const entries: readonly Entry[] = [
    {
      account: `wallet:${walletId}`,
      amount: { currencyCode, minorUnits: delta },
      balanceAfterMinor: wallet.balanceMinor,
    },
    {
      account: systemAccount(type, currencyCode),
      amount: { currencyCode, minorUnits: -delta },
      balanceAfterMinor: undefined,
    },
  ];
  assertBalanced(entries);
  const recorded = await tx.insertTransaction(
    { transactionId: randomUUID(), type, walletId, orderId, requestId },
    entries,
  );
  return {
    wallet,
    transaction: {
      ...recorded,
      type,
      amount: { currencyCode, minorUnits: delta },
      balanceAfterMinor: wallet.balanceMinor,
      orderId,
    },
  };
}
