import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { checkoutWorkflowId, progressQueryName, type CheckoutProgress } from '../../workflows/contract/checkout.ts';
import type { Context } from '../context.ts';
import { sightOf } from './sight.ts';
import type { Look } from './watch.ts';

/** A query waits for a worker. The states of the order are told without it. */
const queryMs = 1_000;

/** With the service key: the order service, and the workflow itself. */
export function lookAsOperator(context: Context, orderId: string): Look {
  return {
    everyMs: 300,
    async look() {
      // The order first: the steps of an order that has ended are then all known.
      const { order, wasCompleted } = await context.sagaOrder(orderId);
      const completed = wasCompleted || order?.status === OrderStatus.COMPLETED;
      return sightOf(order, completed, await progressOf(context, orderId));
    },
  };
}

async function progressOf(context: Context, orderId: string): Promise<CheckoutProgress | undefined> {
  const temporal = await context.temporal();
  try {
    return await temporal.call(queryMs, (client) =>
      client.workflow.getHandle(checkoutWorkflowId(orderId)).query<CheckoutProgress>(progressQueryName),
    );
  } catch {
    return undefined;
  }
}
