import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { CreateRequest, SagaOrderSchema } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import {
  OrderStatus as StatusMessage,
  type OrderItem as ItemMessage,
  type OrderSchema,
  type OrderStatusChangeSchema,
} from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Failure as FailureMessage } from '../../../proto/gen/ecommerce/type/v1/failure_pb.ts';
import type { Money } from '../../../proto/money.ts';
import type { OrderItem } from '../../../proto/placed-order.ts';
import type { Failure, NewOrder, Order, OrderStatus, StatusChange, SweptOrder } from '../domain/types.ts';

const statusMessages = {
  PENDING: StatusMessage.PENDING,
  COMPLETED: StatusMessage.COMPLETED,
  FAILED: StatusMessage.FAILED,
  CANCELLED: StatusMessage.CANCELLED,
} as const satisfies Record<OrderStatus, StatusMessage>;

const statuses: Record<StatusMessage, OrderStatus | undefined> = {
  [StatusMessage.UNSPECIFIED]: undefined,
  [StatusMessage.PENDING]: 'PENDING',
  [StatusMessage.COMPLETED]: 'COMPLETED',
  [StatusMessage.FAILED]: 'FAILED',
  [StatusMessage.CANCELLED]: 'CANCELLED',
};

/** Stands for a missing amount. It has no currency, so it never equals an order's total. */
const noAmount: Money = { currencyCode: '', minorUnits: 0n };

export function orderToMessage(order: Order): MessageInitShape<typeof OrderSchema> {
  return {
    orderId: order.orderId,
    userId: order.userId,
    status: statusMessages[order.status],
    items: order.items.map(itemToMessage),
    total: order.total,
    ...(order.failure && { failure: { ...order.failure, metadata: { ...order.failure.metadata } } }),
    createTime: timestampFromDate(order.createTime),
    updateTime: timestampFromDate(order.updateTime),
  };
}

function itemToMessage({ productId, name, quantity, unitPrice }: OrderItem) {
  const { currencyCode, minorUnits } = unitPrice;
  return {
    productId,
    name,
    quantity,
    unitPrice,
    lineTotal: { currencyCode, minorUnits: minorUnits * BigInt(quantity) },
  };
}

/** An order for other services, with what buyers do not see: the user, the cart's version, whether it was completed. */
export function sagaOrderToMessage(order: Order) {
  const { userId, cartVersion, completedTime } = order;
  const message = { order: orderToMessage(order), userId, cartVersion, wasCompleted: completedTime !== undefined };
  return message satisfies MessageInitShape<typeof SagaOrderSchema>;
}

export function sweptOrderToMessage({ origin, ...order }: SweptOrder): MessageInitShape<typeof SagaOrderSchema> {
  const message = sagaOrderToMessage(order);
  if (origin === undefined) return message;
  return { ...message, origin: { requestId: origin.requestId, traceparent: origin.traceparent ?? '' } };
}

export function statusChangeToMessage({
  status,
  createTime,
  cause,
}: StatusChange): MessageInitShape<typeof OrderStatusChangeSchema> {
  return { status: statusMessages[status], createTime: timestampFromDate(createTime), cause };
}

/** @returns undefined for UNSPECIFIED, which in a filter means any status */
export function statusFromMessage(status: StatusMessage): OrderStatus | undefined {
  return statuses[status];
}

export function newOrderFromMessage(request: CreateRequest): NewOrder {
  const { orderId, userId, requestId, requestFingerprint, cartVersion } = request;
  const items = request.items.map(itemFromMessage);
  const total = request.total ?? noAmount;
  return { orderId, userId, requestId, requestFingerprint, items, total, cartVersion };
}

function itemFromMessage({ productId, name, quantity, unitPrice }: ItemMessage): OrderItem {
  return { productId, name, quantity, unitPrice: unitPrice ?? noAmount };
}

export function failureFromMessage(failure: FailureMessage | undefined): Failure {
  return {
    reason: failure?.reason ?? '',
    message: failure?.message ?? '',
    metadata: { ...failure?.metadata },
  };
}
