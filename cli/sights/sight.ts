import { timestampDate } from '@bufbuild/protobuf/wkt';
import { OrderStatus, OrderStatusSchema, type Order } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { CheckoutProgress } from '../../workflows/contract/checkout.ts';
import { short } from '../format.ts';
import type { Sight } from './watch.ts';

/** @param wasCompleted also if the order was refunded since */
export function sightOf(
  order: Order | undefined,
  wasCompleted: boolean,
  progress: CheckoutProgress | undefined,
): Sight {
  const isRefunded = wasCompleted && order?.status === OrderStatus.CANCELLED;
  return {
    order: short(OrderStatusSchema, order?.status ?? OrderStatus.UNSPECIFIED),
    reason: isRefunded ? 'it was completed, and refunded since' : order?.failure?.reason,
    wasCompleted,
    changedAt: order?.updateTime && timestampDate(order.updateTime),
    progress,
  };
}
