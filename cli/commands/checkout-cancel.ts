import { placedOrderFromMessage } from '../../services/checkout/convert/placed-order.ts';
import { createCheckoutWorkflows } from '../../workflows/client/checkout-workflows.ts';
import { checkoutWorkflowId } from '../../workflows/contract/checkout.ts';
import type { Context } from '../context.ts';
import { printOne } from '../output.ts';

/** Cancels the checkout of any user through its workflow. The exit code is 1 if it is too late to cancel (rule S27). */
export async function cancelCheckout(context: Context, orderId: string): Promise<void> {
  const order = placedOrderFromMessage(await context.sagaOrder(orderId));
  const outcome = await createCheckoutWorkflows(context.temporal()).cancel(order, 'cancelled by an operator');
  printOne({ orderId, outcome, workflow: context.workflowUrl(checkoutWorkflowId(orderId)) }, context.json);
  if (outcome !== 'CANCELLED') process.exitCode = 1;
}
