import type { MessageInitShape } from '@bufbuild/protobuf';
import type { CreateRequestSchema, SagaOrder } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import type { PlacedOrder } from '../../../proto/placed-order.ts';
import type { RequestKey } from '../domain/types.ts';
import type { SweptOrder } from '../ports.ts';
import { present } from './present.ts';

export function placedOrderFromMessage({ order, userId, cartVersion }: SagaOrder): PlacedOrder {
  const { orderId, items, total } = present(order, 'an order');
  return {
    orderId,
    userId,
    items: items.map(({ productId, name, quantity, unitPrice }) => ({
      productId,
      name,
      quantity,
      unitPrice: present(unitPrice, 'an amount'),
    })),
    total: present(total, 'an amount'),
    cartVersion,
  };
}

export function sweptOrderFromMessage(message: SagaOrder): SweptOrder {
  const { requestId = '', traceparent = '' } = message.origin ?? {};
  const origin =
    requestId === '' ? undefined : { requestId, traceparent: traceparent === '' ? undefined : traceparent };
  return { order: placedOrderFromMessage(message), origin };
}

export function placedOrderToMessage(
  key: RequestKey,
  order: PlacedOrder,
): MessageInitShape<typeof CreateRequestSchema> {
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
