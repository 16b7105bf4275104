import { timestampDate } from '@bufbuild/protobuf/wkt';
import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { visibleLine } from '../../platform/telemetry/visible.ts';
import { checkoutWorkflowId, progressQueryName, type CheckoutProgress } from '../../workflows/contract/checkout.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { orderStatus } from '../format.ts';
import { watch, type Change, type Sight } from '../watch.ts';
import { say, sayJson } from '../say.ts';

/** A query waits for a worker. The states of the order are told without it. */
const queryMs = 1_000;
const timeWidth = new Date(0).toISOString().length;

/**
 * Tells each state of an order and each step of its workflow until the order has ended. The exit code is 5 if it
 * ended FAILED or CANCELLED, but not if it was refunded later. It asks as an operator: the stream of the public API is only for the order's buyer.
 */
export async function watchCheckout(context: Context, orderId: string): Promise<void> {
  const look = async (): Promise<Sight> => {
    // The order first: the steps of an order that has ended are then all known.
    const { order, wasCompleted } = await context.sagaOrder(orderId);
    const isRefunded = wasCompleted && order?.status === OrderStatus.CANCELLED;
    return {
      order: orderStatus(order?.status ?? OrderStatus.UNSPECIFIED).replace('ORDER_STATUS_', ''),
      reason: isRefunded ? 'it was completed, and refunded since' : order?.failure?.reason,
      wasCompleted,
      changedAt: order?.updateTime && timestampDate(order.updateTime),
      progress: await progressOf(context, orderId),
    };
  };
  const end = await watch(look, (change, at) => print(change, at, context.json));
  if (!end.wasCompleted) process.exitCode = exitCodes.unsuccessful;
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

function print({ kind, text }: Change, at: Date | undefined, json: boolean): void {
  const time = at?.toISOString();
  if (json) sayJson({ time, kind, text });
  else say(`${(time ?? '').padEnd(timeWidth)}  ${kind.padEnd('order'.length)}  ${visibleLine(text)}`);
}
