import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { subjectOfOrder } from '../../services/backoffice/domain/operation.ts';
import { placedOrderFromMessage } from '../../services/checkout/convert/placed-order.ts';
import { createCheckoutWorkflows } from '../../workflows/client/checkout-workflows.ts';
import type { Context } from '../context.ts';
import { answeringTemporal } from '../trail-temporal.ts';
import { onTrail } from '../trail.ts';
import type { Cancellable } from './cancellable.ts';

/** With the service key: the checkout of any user, through its workflow. It leaves an entry in the audit trail. */
export async function cancellableByOperator(context: Context, orderId: string, reason: string): Promise<Cancellable> {
  const saga = await context.sagaOrder(orderId);
  const { userId, order } = saga;
  return {
    status: order?.status ?? OrderStatus.UNSPECIFIED,
    total: order?.total,
    buyer: userId,
    async cancel() {
      const operation = { action: 'checkout.cancel' as const, subject: subjectOfOrder(orderId), userId, reason };
      const { detail } = await onTrail(context, operation, async () => {
        const workflows = createCheckoutWorkflows(await answeringTemporal(context));
        const outcome = await workflows.cancel(placedOrderFromMessage(saga), 'cancelled by an operator');
        return outcome === 'CANCELLED' ? { detail: outcome } : { detail: outcome, refusal: outcome };
      });
      return detail;
    },
  };
}
