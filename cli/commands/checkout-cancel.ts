import type { SagaOrder } from '../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import type { Money } from '../../proto/gen/ecommerce/type/v1/money_pb.ts';
import { createCheckouts } from '../../workflows/client/checkouts.ts';
import type { WorkflowOrder } from '../../workflows/client/start-options.ts';
import { checkoutWorkflowId } from '../../workflows/contract/checkout.ts';
import type { Context } from '../context.ts';
import { printOne } from '../output.ts';

/** Asks the workflow to cancel, whoever owns the order; exit code 1 if it is too late. */
export async function cancelCheckout(context: Context, orderId: string): Promise<void> {
  const order = toWorkflowOrder(await context.sagaOrder(orderId));
  const outcome = await createCheckouts(context.temporal()).cancel(order, 'cancelled by an operator');
  printOne({ orderId, outcome, workflow: context.workflowUrl(checkoutWorkflowId(orderId)) }, context.json);
  if (outcome !== 'CANCELLED') process.exitCode = 1;
}

function toWorkflowOrder({ order, userId, cartVersion }: SagaOrder): WorkflowOrder {
  return {
    orderId: order?.orderId ?? '',
    userId,
    cartVersion,
    total: amount(order?.total),
    items: (order?.items ?? []).map(({ productId, name, quantity, unitPrice }) => ({
      productId,
      name,
      quantity,
      unitPrice: amount(unitPrice),
    })),
  };
}

function amount(money: Money | undefined): WorkflowOrder['total'] {
  if (money === undefined) throw new Error('the order service answered with an amount missing');
  return { currencyCode: money.currencyCode, minorUnits: money.minorUnits };
}
