import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import type { OrderWriteService } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import {
  failureFromMessage,
  newOrderFromMessage,
  orderToMessage,
  sagaOrderToMessage,
  statusFromMessage,
  sweptOrderToMessage,
} from '../convert/order.ts';
import { cancelPendingOrder } from '../domain/cancel-pending-order.ts';
import { cancelRefundedOrder } from '../domain/cancel-refunded-order.ts';
import { claimUnstarted } from '../domain/claim-unstarted.ts';
import { completeOrder } from '../domain/complete-order.ts';
import { createOrder } from '../domain/create-order.ts';
import type { OrderDeps } from '../domain/deps.ts';
import { failOrder } from '../domain/fail-order.ts';
import { getAnyOrder } from '../domain/get-any-order.ts';
import { getByRequest } from '../domain/get-by-request.ts';
import { listStalled } from '../domain/list-stalled.ts';
import { markStarted } from '../domain/mark-started.ts';

/** The RPCs that the checkout service, the saga and the cart service call. */
export function orderWriteServiceHandlers(deps: OrderDeps): ServiceImpl<typeof OrderWriteService> {
  return {
    async create(request) {
      const { order, created } = await createOrder(deps, newOrderFromMessage(request));
      return { order: sagaOrderToMessage(order), created };
    },

    async getByRequest({ userId, requestId, requestFingerprint }) {
      return { order: sagaOrderToMessage(await getByRequest(deps, { userId, requestId, requestFingerprint })) };
    },

    async get({ orderId }) {
      return { order: sagaOrderToMessage(await getAnyOrder(deps, { orderId })) };
    },

    async complete({ orderId }) {
      return { order: orderToMessage(await completeOrder(deps, { orderId })) };
    },

    async fail({ orderId, failure }) {
      return { order: orderToMessage(await failOrder(deps, { orderId, failure: failureFromMessage(failure) })) };
    },

    async cancel({ orderId, expectedStatus, cause }) {
      const cancel = statusFromMessage(expectedStatus) === 'COMPLETED' ? cancelRefundedOrder : cancelPendingOrder;
      return { order: orderToMessage(await cancel(deps, { orderId, cause })) };
    },

    async claimUnstarted({ limit, leaseSeconds }) {
      const { orders, oldestUnstartedTime } = await claimUnstarted(deps, { limit, leaseSeconds });
      return {
        orders: orders.map(sweptOrderToMessage),
        ...(oldestUnstartedTime && { oldestUnstartedTime: timestampFromDate(oldestUnstartedTime) }),
      };
    },

    async markStarted({ orderIds }) {
      await markStarted(deps, { orderIds });
      return {};
    },

    async listStalled({ startedBeforeSeconds, limit }) {
      const orders = await listStalled(deps, { startedBeforeSeconds, limit });
      return { orders: orders.map(sweptOrderToMessage) };
    },
  };
}
