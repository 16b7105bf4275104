import { openSession } from '../account.ts';
import { notGiven } from '../arguments.ts';
import type { Context } from '../context.ts';
import { CliError, exitCodes, usageError } from '../exit.ts';
import { failureOf } from '../failure.ts';
import { readAs } from '../read-order.ts';
import type { Session } from '../session.ts';
import type { Account } from '../who.ts';
import type { Cancellable } from './cancellable.ts';
import { unlessItGoesOn, type Outcome } from './outcome.ts';

/**
 * With an account: the public API, which lets the buyer alone cancel a running checkout. It leaves no entry in the audit
 * trail, so it takes no reason.
 */
export async function cancellableByBuyer(
  context: Context,
  account: Account,
  orderId: string,
  reason: string,
): Promise<Cancellable> {
  if (reason !== notGiven)
    throw usageError('a cancel with an account leaves no entry in the audit trail: leave --reason out');
  const session = await openSession(context, account);
  const { order, userId, isOwn } = await readAs(session, orderId);
  return {
    status: order.status,
    total: order.total,
    buyer: isOwn ? undefined : userId,
    statusNow: async () => (await readAs(session, orderId)).order.status,
    cancel: isOwn ? () => cancelOwn(session, orderId) : () => Promise.reject(notTheirs()),
  };
}

async function cancelOwn({ call }: Session, orderId: string): Promise<Outcome> {
  try {
    await call(({ checkout, asUser }) => checkout.cancelCheckout({ orderId }, asUser));
    return 'CANCELLED';
  } catch (error) {
    if (failureOf(error).failure.reason === 'ORDER_NOT_CANCELLABLE') return 'NOT_CANCELLABLE';
    return unlessItGoesOn(error);
  }
}

function notTheirs(): CliError {
  const message =
    'with an account only the buyer cancels a running checkout; an operator does it with the service key ' +
    '(SERVICE_KEYS_DIR, docs/support.md). It ends by itself, and once it is completed `order refund` undoes it';
  return new CliError('NOT_THE_BUYER', exitCodes.error, message);
}
