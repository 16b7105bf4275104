import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate, timestampFromDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import {
  OrderStatus as StatusMessage,
  type Order as OrderMessage,
  type OrderSchema,
} from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Order, OrderStatus } from '../domain/types.ts';

const statuses: Readonly<Record<StatusMessage, OrderStatus | undefined>> = {
  [StatusMessage.UNSPECIFIED]: undefined,
  [StatusMessage.PENDING]: 'PENDING',
  [StatusMessage.COMPLETED]: 'COMPLETED',
  [StatusMessage.FAILED]: 'FAILED',
  [StatusMessage.CANCELLED]: 'CANCELLED',
};
const noAmount = { currencyCode: '', minorUnits: 0n };

/** Undefined is UNSPECIFIED, which in a filter means any status. */
export function statusToMessage(status: OrderStatus | undefined): StatusMessage {
  return status === undefined ? StatusMessage.UNSPECIFIED : StatusMessage[status];
}

/** @returns undefined for UNSPECIFIED, and for a status that this version does not know */
export function statusFromMessage(status: StatusMessage): OrderStatus | undefined {
  return statuses[status];
}

/** @throws Error if the answer of the order service is incomplete */
export function orderFromMessage(order: OrderMessage | undefined): Order {
  if (order === undefined) throw new Error('the answer of the order service contains no order');
  const { orderId, userId, failure } = order;
  return {
    ...{ orderId, userId, status: statusFromMessage(order.status) ?? 'PENDING' },
    items: order.items.map(({ productId, name, quantity, unitPrice }) => {
      return { productId, name, quantity, unitPrice: moneyOf(unitPrice) };
    }),
    total: moneyOf(order.total),
    failure: failure && { reason: failure.reason, message: failure.message, metadata: failure.metadata },
    createTime: needed(order.createTime),
    updateTime: needed(order.updateTime),
  };
}

export function orderToMessage(order: Order): MessageInitShape<typeof OrderSchema> {
  const { orderId, userId, status, items, total, failure, createTime, updateTime } = order;
  return {
    ...{ orderId, userId, total, status: statusToMessage(status) },
    items: items.map(({ productId, name, quantity, unitPrice }) => {
      const minorUnits = unitPrice.minorUnits * BigInt(quantity);
      return { productId, name, quantity, unitPrice, lineTotal: { ...unitPrice, minorUnits } };
    }),
    ...(failure && { failure: { ...failure, metadata: { ...failure.metadata } } }),
    createTime: timestampFromDate(createTime),
    updateTime: timestampFromDate(updateTime),
  };
}

/** Without `$typeName`, so that an amount can be stored and compared. */
function moneyOf({ currencyCode, minorUnits } = noAmount) {
  return { currencyCode, minorUnits };
}

function needed(time: Timestamp | undefined): Date {
  if (time === undefined) throw new Error('the answer of the order service lacks a time');
  return timestampDate(time);
}
