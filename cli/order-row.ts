import { OrderStatusSchema, type Order } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import { money, short, time } from './format.ts';
import type { Row, TableOptions } from './table.ts';

/** The id whole, as other commands take it. There is no room for that of the buyer. */
export const orderTable: TableOptions = { whole: ['orderId'], text: ['reason'], jsonOnly: ['buyer'] };

/** An order in a list. */
export function orderRow({ orderId, userId, status, total, failure, createTime }: Order): Row {
  return {
    orderId,
    status: short(OrderStatusSchema, status),
    total: money(total),
    created: time(createTime),
    buyer: userId,
    reason: failure?.reason ?? '',
  };
}
