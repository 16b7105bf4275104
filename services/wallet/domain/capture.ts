import { randomUUID } from 'node:crypto';
import type { Money } from '../../../proto/money.ts';
import type { AppError } from '../../../platform/errors/app-error.ts';
import type { WalletTransaction } from '../repository/index.ts';
import type { WalletDeps } from './deps.ts';
import { alreadyVoided, holdExpired, holdNotFound } from './errors.ts';
import { expire } from './expire.ts';
import { book } from './ledger.ts';
import type { OrderKey, PlacedHold } from './types.ts';

export interface Captured {
  /** UUID of the ledger transaction. A repeat gets the same. */
  readonly transactionId: string;
  readonly amount: Money;
}

type Outcome =
  | { readonly kind: 'captured' | 'repeated'; readonly captured: Captured }
  | { readonly kind: 'expired' | 'refused'; readonly refusal: AppError };

/**
 * Takes the money of an order's hold: the saga's pivot (rule S10). A repeat gets the first answer, also after the
 * capture deadline (rules S5 and S7).
 * @throws EXPIRED after the capture deadline or the hold's expiry, ALREADY_VOIDED, HOLD_NOT_FOUND
 */
export async function captureHold(deps: WalletDeps, { orderId }: OrderKey): Promise<Captured> {
  const transactionId = randomUUID();
  const amount = await deps.repository.plain.capture(orderId, transactionId);
  if (amount === undefined) return captureCarefully(deps, { orderId });
  deps.metrics.captured(amount);
  return { transactionId, amount };
}

async function captureCarefully(deps: WalletDeps, { orderId }: OrderKey): Promise<Captured> {
  // The transaction returns its refusal, which is thrown after the commit, since an expiry must be committed (rule S8).
  const outcome = await deps.repository.transaction((tx) => captureLocked(tx, orderId));
  if (outcome.kind === 'captured') deps.metrics.captured(outcome.captured.amount);
  if (outcome.kind === 'expired') deps.metrics.expired(1);
  if ('refusal' in outcome) throw outcome.refusal;
  return outcome.captured;
}

async function captureLocked(tx: WalletTransaction, orderId: string): Promise<Outcome> {
  const found = await tx.lockHold(orderId);
  if (found === undefined) return { kind: 'refused', refusal: holdNotFound() };
  const { hold, now } = found;
  switch (hold.state) {
    case 'CAPTURED':
      return { kind: 'repeated', captured: { transactionId: transactionOf(hold), amount: hold.amount } };
    case 'VOIDED':
      return { kind: 'refused', refusal: alreadyVoided() };
    case 'EXPIRED':
      return { kind: 'refused', refusal: holdExpired() };
    case 'HELD':
      break;
  }
  // A CHECK ensures that the deadline is never after the expiry.
  if (now > hold.captureDeadline) {
    // Rule S8: the saga may undo after this refusal, so no later capture may succeed.
    await expire(tx, hold);
    return { kind: 'expired', refusal: holdExpired() };
  }
  const { walletId, amount } = hold;
  const { transaction } = await book(tx, { type: 'CAPTURE', walletId, amount, orderId });
  await tx.endHold(orderId, 'CAPTURED', transaction.transactionId);
  return { kind: 'captured', captured: { transactionId: transaction.transactionId, amount } };
}

function transactionOf(hold: PlacedHold): string {
  if (hold.captureTransactionId === undefined) throw new Error(`hold ${hold.orderId} is captured by no transaction`);
  return hold.captureTransactionId;
}
