import { checkoutWorkflowId } from '../../workflows/contract/checkout.ts';
import type { MaybeAccount } from '../account.ts';
import type { Context } from '../context.ts';
import { money, orderStatus, time } from '../format.ts';
import { printMany, printOne } from '../output.ts';
import { buyerEmailOf, readOrder } from '../read-order.ts';
import { say, sayJson } from '../say.ts';

/** Shows an order with its lines. */
export async function showOrder(context: Context, orderId: string, account: MaybeAccount): Promise<void> {
  const { order, userId } = await readOrder(context, orderId, account);
  const summary = {
    orderId,
    userId,
    email: await buyerEmailOf(context, userId, account),
    status: orderStatus(order.status, context),
    reason: order.failure?.reason,
    message: order.failure?.message,
    total: money(order.total),
    created: time(order.createTime),
    changed: time(order.updateTime),
    workflow: await context.lastRunUrl(checkoutWorkflowId(orderId)),
  };
  const items = order.items.map((item) => ({
    productId: item.productId,
    name: item.name,
    quantity: item.quantity,
    unitPrice: money(item.unitPrice),
    lineTotal: money(item.lineTotal),
  }));
  if (context.json) {
    sayJson({ ...summary, items });
    return;
  }
  printOne(summary, false);
  say();
  printMany(items, false, { text: ['name'] });
}
