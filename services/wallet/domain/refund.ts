import type { Money } from '../../../proto/money.ts';
import type { WalletDeps } from './deps.ts';
import { holdNotCaptured } from './errors.ts';
import { book } from './ledger.ts';
import type { OrderKey } from './types.ts';

export interface Refunded {
  /** UUID of the ledger transaction. A repeat gets the same. */
  readonly transactionId: string;
  readonly amount: Money;
}

/**
 * Gives all money that was captured for an order back to its wallet, once for each order.
 * @throws HOLD_NOT_CAPTURED if no money was taken
 */
export async function refundCapture(deps: WalletDeps, { orderId }: OrderKey): Promise<Refunded> {
  const { refunded, isNew } = await deps.repository.transaction(async (tx) => {
    const found = await tx.lockHold(orderId);
    if (found?.hold.state !== 'CAPTURED') throw holdNotCaptured();
    const { walletId, amount } = found.hold;
    const transactionId = await tx.findRefund(orderId);
    if (transactionId !== undefined) return { refunded: { transactionId, amount }, isNew: false };
    const { transaction } = await book(tx, { type: 'REFUND', walletId, amount, orderId });
    await tx.insertRefund(orderId, transaction.transactionId, amount.minorUnits);
    return { refunded: { transactionId: transaction.transactionId, amount }, isNew: true };
  });
  if (isNew) deps.metrics.refunded(refunded.amount);
  return refunded;
}
