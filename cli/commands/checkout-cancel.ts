import type { SagaOrder } from '../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { placedOrderFromMessage } from '../../services/checkout/convert/placed-order.ts';
import { subjectOfOrder } from '../../services/backoffice/domain/operation.ts';
import { createCheckoutWorkflows } from '../../workflows/client/checkout-workflows.ts';
import { checkoutWorkflowId } from '../../workflows/contract/checkout.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { money, orderStatus } from '../format.ts';
import { printOne } from '../output.ts';
import { answeringTemporal } from '../trail-temporal.ts';
import { onTrail } from '../trail.ts';

export interface CancelOptions {
  /** Why, for the audit trail. */
  readonly reason: string;
}

/**
 * Cancels the checkout of any user through its workflow. An order that has ended is left alone, since a cancel would start
 * its closed workflow once more. The exit code is 1 if it is too late to cancel (rule S27).
 */
export async function cancelCheckout(context: Context, orderId: string, { reason }: CancelOptions): Promise<void> {
  const saga = await context.sagaOrder(orderId);
  const status = saga.order?.status ?? OrderStatus.UNSPECIFIED;
  const outcome =
    status === OrderStatus.PENDING
      ? await cancelRunning(context, orderId, saga, reason)
      : status === OrderStatus.CANCELLED
        ? 'CANCELLED'
        : 'NOT_CANCELLABLE';
  printOne(
    {
      orderId,
      outcome,
      ...(status === OrderStatus.PENDING ? {} : { order: orderStatus(status) }),
      message: outcome === 'CANCELLED' ? undefined : whyNot(status, orderId),
      workflow: await context.lastRunUrl(checkoutWorkflowId(orderId)),
    },
    context.json,
  );
  if (outcome !== 'CANCELLED') process.exitCode = 1;
}

async function cancelRunning(context: Context, orderId: string, saga: SagaOrder, reason: string): Promise<string> {
  const { userId, order } = saga;
  await confirm(context, `Cancel the checkout of order ${orderId}, ${money(order?.total)} of buyer ${userId}?`);
  const operation = { action: 'checkout.cancel' as const, subject: subjectOfOrder(orderId), userId, reason };
  const { detail } = await onTrail(context, operation, async () => {
    const workflows = createCheckoutWorkflows(await answeringTemporal(context));
    const outcome = await workflows.cancel(placedOrderFromMessage(saga), 'cancelled by an operator');
    return outcome === 'CANCELLED' ? { detail: outcome } : { detail: outcome, refusal: outcome };
  });
  return detail;
}

function whyNot(status: OrderStatus, orderId: string): string {
  const byBuyer = `CancelOrder by the buyer, POST /api/v1/orders/${orderId}:cancel`;
  const refund = `a refund gives money and goods back: \`order refund ${orderId} --reason …\`, or ${byBuyer}`;
  if (status === OrderStatus.COMPLETED) return `the order has ended: it is completed; ${refund}`;
  if (status === OrderStatus.FAILED)
    return 'the order has ended: it has failed, and nothing is taken that was not given back';
  return `the money is taken, and the checkout goes on; ${refund}`;
}
