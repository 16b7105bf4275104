import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import type { OrderWriteService } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { claimUnstarted } from '../domain/claim-unstarted.ts';
import { createOrder, type CreateOrderDeps } from '../domain/create-order.ts';
import { cancelPendingOrder, cancelRefundedOrder, completeOrder, failOrder } from '../domain/end-order.ts';
import { getByRequest } from '../domain/get-by-request.ts';
import { getSagaOrder } from '../domain/get-order.ts';
import { listStalled } from '../domain/list-stalled.ts';
import {
  fromProtoFailure,
  fromProtoItem,
  fromProtoMoney,
  fromProtoStatus,
  toProtoOrder,
  toSagaOrder,
} from '../convert/order.ts';

/** The RPCs for the checkout service and its saga. */
export function orderWriteHandlers(deps: CreateOrderDeps): ServiceImpl<typeof OrderWriteService> {
  return {
    async create(request) {
      const { orderId, userId, requestId, requestFingerprint, cartVersion } = request;
      const items = request.items.map(fromProtoItem);
      const total = fromProtoMoney(request.total);
      const input = { orderId, userId, requestId, requestFingerprint, items, total, cartVersion };
      const { order, created } = await createOrder(deps, input);
      return { order: toSagaOrder(order), created };
    },

    async getByRequest({ userId, requestId, requestFingerprint }) {
      return { order: toSagaOrder(await getByRequest(deps, { userId, requestId, requestFingerprint })) };
    },

    async get({ orderId }) {
      return { order: toSagaOrder(await getSagaOrder(deps, orderId)) };
    },

    async complete({ orderId }) {
      return { order: toProtoOrder(await completeOrder(deps, orderId)) };
    },

    async fail({ orderId, failure }) {
      return { order: toProtoOrder(await failOrder(deps, orderId, fromProtoFailure(failure))) };
    },

    async cancel({ orderId, expectedStatus, cause }) {
      const cancel = fromProtoStatus(expectedStatus) === 'COMPLETED' ? cancelRefundedOrder : cancelPendingOrder;
      return { order: toProtoOrder(await cancel(deps, orderId, cause)) };
    },

    async claimUnstarted({ limit, leaseSeconds }) {
      const { orders, oldestUnstartedTime } = await claimUnstarted(deps, { limit, leaseSeconds });
      return {
        orders: orders.map(toSagaOrder),
        ...(oldestUnstartedTime && { oldestUnstartedTime: timestampFromDate(oldestUnstartedTime) }),
      };
    },

    async markStarted({ orderIds }) {
      await deps.orders.markStarted(orderIds);
      return {};
    },

    async listStalled({ startedBeforeSeconds, limit }) {
      const orders = await listStalled(deps, { startedBeforeSeconds, limit });
      return { orders: orders.map(toSagaOrder) };
    },
  };
}
