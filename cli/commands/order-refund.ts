import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { CliError, exitCodes } from '../exit.ts';
import { failureOf } from '../failure.ts';
import { money, orderStatus } from '../format.ts';
import { printOne } from '../output.ts';
import { repeatable } from '../repeatable.ts';

export interface OrderRefundOptions {
  readonly email: string;
  readonly password: string;
  readonly reason: string;
  readonly requestId: string | undefined;
}

/** Refunds a completed order of any user. Support and administrators may. The audit trail keeps who, what and why. */
export async function refundOrder(context: Context, orderId: string, options: OrderRefundOptions): Promise<void> {
  const { admin, asUser } = await context.signIn(options.email, options.password);
  await confirm(context, async () => {
    const { order } = await admin.getOrder({ orderId }, asUser);
    const { user } = await admin.getUser({ userId: order?.userId ?? '' }, asUser);
    return `Refund order ${orderId}, ${money(order?.total)} of ${user?.email}?`;
  });
  const { order, entryId, requestId } = await repeatable(options.requestId, async (requestId, signal) => {
    const answer = await admin.refundOrder({ orderId, reason: options.reason, requestId }, { ...asUser, signal });
    return { ...answer, requestId };
  }).catch((error: unknown) => unlessItGoesOn(error, orderId));
  printOne(
    { orderId, status: orderStatus(order?.status, context), refunded: money(order?.total), entryId, requestId },
    context.json,
  );
}

/** A refund that takes longer than the API waits, or that waits for Temporal, is recorded and goes on by itself. */
function unlessItGoesOn(error: unknown, orderId: string): never {
  const { reason } = failureOf(error).failure;
  const tells = `\`order explain ${orderId}\` tells when it is done`;
  if (reason === 'REFUND_PENDING')
    throw new CliError(reason, exitCodes.error, `the refund is under way and goes on by itself; ${tells}`, error);
  if (reason === 'TEMPORAL_UNAVAILABLE') {
    const message = `the refund is recorded and goes on by itself as soon as Temporal answers; ${tells}`;
    throw new CliError(reason, exitCodes.away, message, error);
  }
  throw error;
}
