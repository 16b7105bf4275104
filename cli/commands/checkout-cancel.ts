import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { checkoutWorkflowId } from '../../workflows/contract/checkout.ts';
import { accountOf, type MaybeAccount } from '../account.ts';
import { cancellableByBuyer } from '../cancels/buyer.ts';
import type { Cancellable } from '../cancels/cancellable.ts';
import { cancellableByOperator } from '../cancels/operator.ts';
import type { Outcome } from '../cancels/outcome.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { money, orderStatus } from '../format.ts';
import { printOne } from '../output.ts';

export interface CancelOptions extends MaybeAccount {
  /** Why, for the audit trail and the order's history. */
  readonly reason: string;
}

/**
 * Cancels a running checkout: with the service key that of any user, with an account the user's own. An order that has
 * ended is left alone, since a cancel would start its closed workflow once more. The exit code is 1 if it is too late to
 * cancel (rule S27).
 */
export async function cancelCheckout(context: Context, orderId: string, options: CancelOptions): Promise<void> {
  const account = accountOf(context, options);
  const order =
    account === undefined
      ? await cancellableByOperator(context, orderId, options.reason)
      : await cancellableByBuyer(context, account, orderId, options.reason);
  const { status } = order;
  if (status !== OrderStatus.PENDING) await order.endOpenEntries?.();
  const outcome =
    status === OrderStatus.PENDING
      ? await cancelRunning(context, orderId, order)
      : status === OrderStatus.CANCELLED
        ? 'CANCELLED'
        : 'NOT_CANCELLABLE';
  // A checkout that was running may have ended in another way meanwhile.
  const isLate = status === OrderStatus.PENDING && outcome === 'NOT_CANCELLABLE';
  const now = isLate ? await order.statusNow() : status;
  printOne(
    {
      orderId,
      outcome,
      ...(now === OrderStatus.PENDING ? {} : { order: orderStatus(now, context) }),
      message: outcome === 'CANCELLED' ? undefined : whyNot(now, orderId),
      workflow: await context.lastRunUrl(checkoutWorkflowId(orderId)),
    },
    context.json,
  );
  if (outcome !== 'CANCELLED') process.exitCode = 1;
}

async function cancelRunning(
  context: Context,
  orderId: string,
  { total, buyer, cancel }: Cancellable,
): Promise<Outcome> {
  const whose = buyer === undefined ? '' : ` of buyer ${buyer}`;
  await confirm(context, `Cancel the checkout of order ${orderId}, ${money(total)}${whose}?`);
  return cancel();
}

function whyNot(status: OrderStatus, orderId: string): string {
  const byBuyer = `CancelOrder by the buyer, POST /api/v1/orders/${orderId}:cancel`;
  const refund = `a refund gives money and goods back: \`order refund ${orderId} --reason …\`, or ${byBuyer}`;
  if (status === OrderStatus.COMPLETED) return `the order has ended: it is completed; ${refund}`;
  if (status === OrderStatus.FAILED)
    return 'the order has ended: it has failed, and nothing is taken that was not given back';
  if (status === OrderStatus.CANCELLED) return 'the order has ended: it was completed, and refunded since';
  return `the money is taken, and the checkout goes on; ${refund}`;
}
