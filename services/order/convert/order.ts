import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { SagaOrderSchema } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import {
  OrderStatus as ProtoStatus,
  type OrderItem as ProtoItem,
  type OrderSchema,
  type OrderStatusChangeSchema,
} from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Failure as ProtoFailure } from '../../../proto/gen/ecommerce/type/v1/failure_pb.ts';
import type { Money as ProtoMoney } from '../../../proto/gen/ecommerce/type/v1/money_pb.ts';
import type { Failure, Order, OrderItem, OrderStatus, StatusChange } from '../domain/types.ts';
import type { Money } from '../ports.ts';

const statusToProto = {
  PENDING: ProtoStatus.PENDING,
  COMPLETED: ProtoStatus.COMPLETED,
  FAILED: ProtoStatus.FAILED,
  CANCELLED: ProtoStatus.CANCELLED,
} as const satisfies Record<OrderStatus, ProtoStatus>;

const statusFromProto: Record<ProtoStatus, OrderStatus | undefined> = {
  [ProtoStatus.UNSPECIFIED]: undefined,
  [ProtoStatus.PENDING]: 'PENDING',
  [ProtoStatus.COMPLETED]: 'COMPLETED',
  [ProtoStatus.FAILED]: 'FAILED',
  [ProtoStatus.CANCELLED]: 'CANCELLED',
};

export function toProtoOrder(order: Order): MessageInitShape<typeof OrderSchema> {
  return {
    orderId: order.orderId,
    status: statusToProto[order.status],
    items: order.items.map(toProtoItem),
    total: order.total,
    ...(order.failure && { failure: { ...order.failure, metadata: { ...order.failure.metadata } } }),
    createTime: timestampFromDate(order.createTime),
    updateTime: timestampFromDate(order.updateTime),
  };
}

function toProtoItem({ productId, name, quantity, unitPrice }: OrderItem) {
  const { currencyCode, minorUnits } = unitPrice;
  return {
    productId,
    name,
    quantity,
    unitPrice: { currencyCode, minorUnits },
    lineTotal: { currencyCode, minorUnits: minorUnits * BigInt(quantity) },
  };
}

export function toSagaOrder(order: Order): MessageInitShape<typeof SagaOrderSchema> {
  const { userId, cartVersion, completedTime } = order;
  return { order: toProtoOrder(order), userId, cartVersion, wasCompleted: completedTime !== undefined };
}

export function toProtoChange({
  status,
  createTime,
  cause,
}: StatusChange): MessageInitShape<typeof OrderStatusChangeSchema> {
  return { status: statusToProto[status], createTime: timestampFromDate(createTime), cause };
}

/** `undefined` for the status that is never sent, which in a filter means all. */
export function fromProtoStatus(status: ProtoStatus): OrderStatus | undefined {
  return statusFromProto[status];
}

/** An absent amount is none of no currency, which no order's total equals. */
export function fromProtoMoney(money: ProtoMoney | undefined): Money {
  return { currencyCode: money?.currencyCode ?? '', minorUnits: money?.minorUnits ?? 0n };
}

export function fromProtoItem({ productId, name, quantity, unitPrice }: ProtoItem): OrderItem {
  return { productId, name, quantity, unitPrice: fromProtoMoney(unitPrice) };
}

export function fromProtoFailure(failure: ProtoFailure | undefined): Failure {
  return {
    reason: failure?.reason ?? '',
    message: failure?.message ?? '',
    metadata: { ...failure?.metadata },
  };
}
