import { invalidArgument, requestIdReused } from '../../../platform/errors/app-error.ts';
import type { BackofficeDeps } from './deps.ts';
import { storedRefusal } from './errors.ts';
import { perform } from './perform.ts';
import { saysSomething } from './says-something.ts';
import type { Entry, StoredAnswer, Wish } from './types.ts';

export interface CarriedOut {
  /** UUID of the entry in the trail. */
  readonly entryId: string;
  readonly answer: StoredAnswer;
}

/**
 * Makes a change once for each request id of an administrator. The trail has its entry before anything changes. A repeat
 * gets the first answer, also if that was a refusal.
 * @throws the refusal, REQUEST_ID_REUSED, VALIDATION_FAILED
 */
export async function carryOut(deps: BackofficeDeps, wish: Wish): Promise<CarriedOut> {
  if (!saysSomething(wish.reason)) throw invalidArgument('VALIDATION_FAILED', 'reason', 'must say something');
  const entry = await deps.repository.begin(wish);
  if (!isSame(entry, wish)) throw requestIdReused(wish.requestId);
  if (entry.refusal !== undefined) throw storedRefusal(entry.refusal);
  return { entryId: entry.entryId, answer: entry.answer ?? (await perform(deps, entry)) };
}

function isSame(entry: Entry, wish: Wish): boolean {
  return entry.userId === wish.userId && entry.reason === wish.reason && detailOf(entry) === detailOf(wish);
}

function detailOf(wish: Wish): string {
  switch (wish.action) {
    case 'wallet.credit':
    case 'wallet.debit':
      return `${wish.amount.minorUnits} ${wish.amount.currencyCode}`;
    case 'user.grant-role':
    case 'user.revoke-role':
      return wish.role;
    case 'order.refund':
      return wish.orderId;
  }
}
