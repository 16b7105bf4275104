import type { ServiceImpl } from '@connectrpc/connect';
import type { OrderService } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { waitWithinMs } from '../../../platform/telemetry/wait-within.ts';
import { orderToMessage, statusChangeToMessage, statusFromMessage } from '../convert/order.ts';
import { cancelOrder } from '../domain/cancel-order.ts';
import type { OrderDeps } from '../domain/deps.ts';
import { getOrderHistory } from '../domain/get-order-history.ts';
import { getOrder } from '../domain/get-order.ts';
import { listOrders } from '../domain/list-orders.ts';
import { watchOrder } from '../domain/watch-order.ts';

/** The public RPCs. Each converts, calls its verb for the signed-in user, and converts back. */
export function orderServiceHandlers(deps: OrderDeps): ServiceImpl<typeof OrderService> {
  return {
    async getOrder({ orderId }, context) {
      const { userId } = requireUser(context);
      return { order: orderToMessage(await getOrder(deps, { userId, orderId })) };
    },

    async listOrders({ status, pageSize, pageToken }, context) {
      const { userId } = requireUser(context);
      const page = await listOrders(deps, { userId, status: statusFromMessage(status), pageSize, pageToken });
      return { orders: page.orders.map(orderToMessage), nextPageToken: page.nextPageToken };
    },

    async cancelOrder({ orderId, requestId }, context) {
      const { userId } = requireUser(context);
      const input = { userId, orderId, requestId, withinMs: waitWithinMs(), signal: context.signal };
      return { order: orderToMessage(await cancelOrder(deps, input)) };
    },

    async *watchOrder({ orderId }, context) {
      const { userId } = requireUser(context);
      for await (const order of watchOrder(deps, { userId, orderId, signal: context.signal })) {
        yield { order: orderToMessage(order) };
      }
    },

    async getOrderHistory({ orderId }, context) {
      const { userId } = requireUser(context);
      const changes = await getOrderHistory(deps, { userId, orderId });
      return { changes: changes.map(statusChangeToMessage) };
    },
  };
}
