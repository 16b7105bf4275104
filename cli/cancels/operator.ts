import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { subjectOfOrder } from '../../services/backoffice/domain/operation.ts';
import { placedOrderFromMessage } from '../../services/checkout/convert/placed-order.ts';
import { createCheckoutWorkflows } from '../../workflows/client/checkout-workflows.ts';
import type { Context } from '../context.ts';
import { CliError, exitCodes } from '../exit.ts';
import { failureOf } from '../failure.ts';
import { answeringTemporal } from '../trail-temporal.ts';
import { onTrail, type Told } from '../trail.ts';
import type { Cancellable } from './cancellable.ts';
import { causeOf } from './cause.ts';
import { endOpenEntries } from './open-entries.ts';
import { toldOf, unlessItGoesOn, type Outcome } from './outcome.ts';

/** With the service key: the checkout of any user, through its workflow. It leaves an entry in the audit trail. */
export async function cancellableByOperator(context: Context, orderId: string, reason: string): Promise<Cancellable> {
  const saga = await context.sagaOrder(orderId);
  const { userId, order } = saga;
  const statusOf = (read: typeof saga) => read.order?.status ?? OrderStatus.UNSPECIFIED;
  const wasCancelled = statusOf(saga) === OrderStatus.CANCELLED && !saga.wasCompleted;
  return {
    status: statusOf(saga),
    total: order?.total,
    buyer: userId,
    async cancel() {
      const operation = { action: 'checkout.cancel' as const, subject: subjectOfOrder(orderId), userId, reason };
      const { outcome } = await onTrail(context, operation, async (): Promise<Told & { outcome: Outcome }> => {
        const workflows = createCheckoutWorkflows(await answeringTemporal(context));
        const outcome = await workflows
          .cancel(placedOrderFromMessage(saga), causeOf(reason))
          .catch(unlessUnaccepted)
          .catch(unlessItGoesOn);
        return { outcome, ...toldOf(outcome) };
      });
      await endOpenEntries(context, orderId, outcome);
      return outcome;
    },
    statusNow: async () => statusOf(await context.sagaOrder(orderId)),
    endOpenEntries: () => endOpenEntries(context, orderId, wasCancelled ? 'CANCELLED' : 'NOT_CANCELLABLE'),
  };
}

/** Temporal has answered just before, so what is missing is a worker. @throws the error */
function unlessUnaccepted(error: unknown): never {
  const { reason } = failureOf(error).failure;
  if (reason !== 'TEMPORAL_UNAVAILABLE') throw error;
  const message =
    'no worker has accepted the cancellation in time (`doctor` tells whether one runs); ' +
    'it may still be accepted: repeat the command to see how it ends';
  throw new CliError(reason, exitCodes.away, message);
}
