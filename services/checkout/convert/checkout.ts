import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Cart, CartItem } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutState as ProtoState, type CheckoutSchema } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import type { CreateRequestSchema, SagaOrder } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderStatus, type Order } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Money as ProtoMoney } from '../../../proto/gen/ecommerce/type/v1/money_pb.ts';
import { notFound } from '../../../platform/errors/app-error.ts';
import type { Checkout, CheckoutState, StartableCheckout } from '../domain/types.ts';
import type { CartSnapshot, RequestKey } from '../domain/peers.ts';
import type { Money, StartableItem, StartableOrder } from '../ports.ts';

const states: Record<OrderStatus, CheckoutState> = {
  [OrderStatus.UNSPECIFIED]: 'RUNNING',
  [OrderStatus.PENDING]: 'RUNNING',
  [OrderStatus.COMPLETED]: 'SUCCEEDED',
  [OrderStatus.FAILED]: 'FAILED',
  [OrderStatus.CANCELLED]: 'CANCELLED',
};

const protoStates: Record<CheckoutState, ProtoState> = {
  RUNNING: ProtoState.RUNNING,
  SUCCEEDED: ProtoState.SUCCEEDED,
  FAILED: ProtoState.FAILED,
  CANCELLED: ProtoState.CANCELLED,
};

/** A message that a peer's contract promises. */
export function present<Message>(message: Message | undefined, what: string): Message {
  if (message === undefined) throw new Error(`a service answered without ${what}`);
  return message;
}

export function toMoney(money: ProtoMoney | undefined): Money {
  const { currencyCode, minorUnits } = present(money, 'an amount');
  return { currencyCode, minorUnits };
}

export function toCheckout(order: Order): Checkout {
  const { failure } = order;
  return {
    orderId: order.orderId,
    state: states[order.status] ?? 'RUNNING',
    failure: failure && { reason: failure.reason, message: failure.message, metadata: { ...failure.metadata } },
    total: toMoney(order.total),
  };
}

export function toStartableOrder({ order, userId, cartVersion }: SagaOrder): StartableOrder {
  const { orderId, items, total } = present(order, 'an order');
  return {
    orderId,
    userId,
    items: items.map(({ productId, name, quantity, unitPrice }) => ({
      productId,
      name,
      quantity,
      unitPrice: toMoney(unitPrice),
    })),
    total: toMoney(total),
    cartVersion,
  };
}

export function toStartableCheckout(message: SagaOrder | undefined): StartableCheckout {
  const sagaOrder = present(message, 'an order');
  return { checkout: toCheckout(present(sagaOrder.order, 'an order')), order: toStartableOrder(sagaOrder) };
}

export function toCartSnapshot(cart: Cart): CartSnapshot {
  return { items: cart.items.map(toItem), version: cart.version };
}

function toItem({ productId, name, quantity, unitPrice }: CartItem): StartableItem {
  if (unitPrice === undefined) throw notFound('PRODUCT_NOT_FOUND', 'a product is not sold any more', { productId });
  return { productId, name, quantity, unitPrice: toMoney(unitPrice) };
}

export function toCreateRequest(key: RequestKey, order: StartableOrder): MessageInitShape<typeof CreateRequestSchema> {
  return {
    ...key,
    orderId: order.orderId,
    items: order.items.map(({ productId, name, quantity, unitPrice }) => ({
      productId,
      name,
      quantity,
      unitPrice,
      lineTotal: { currencyCode: unitPrice.currencyCode, minorUnits: unitPrice.minorUnits * BigInt(quantity) },
    })),
    total: order.total,
    cartVersion: order.cartVersion,
  };
}

export function toProtoCheckout({ orderId, state, failure, total }: Checkout): MessageInitShape<typeof CheckoutSchema> {
  return {
    orderId,
    state: protoStates[state],
    ...(failure && { failure: { ...failure, metadata: { ...failure.metadata } } }),
    total,
    workflowId: `checkout-${orderId}`,
  };
}
