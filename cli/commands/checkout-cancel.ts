import type { SagaOrder } from '../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import type { Money } from '../../proto/money.ts';
import type { PlacedOrder } from '../../proto/placed-order.ts';
import { createCheckoutWorkflows } from '../../workflows/client/checkout-workflows.ts';
import { checkoutWorkflowId } from '../../workflows/contract/checkout.ts';
import type { Context } from '../context.ts';
import { printOne } from '../output.ts';

/** Asks the workflow to cancel, whoever owns the order; exit code 1 if it is too late. */
export async function cancelCheckout(context: Context, orderId: string): Promise<void> {
  const order = toPlacedOrder(await context.sagaOrder(orderId));
  const outcome = await createCheckoutWorkflows(context.temporal()).cancel(order, 'cancelled by an operator');
  printOne({ orderId, outcome, workflow: context.workflowUrl(checkoutWorkflowId(orderId)) }, context.json);
  if (outcome !== 'CANCELLED') process.exitCode = 1;
}

function toPlacedOrder({ order, userId, cartVersion }: SagaOrder): PlacedOrder {
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

function amount(money: Money | undefined): Money {
  if (money === undefined) throw new Error('the order service answered with an amount missing');
  return money;
}
