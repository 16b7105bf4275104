import { OrderStatusSchema, type Order } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import { money, short, time } from './format.ts';
import type { Row, TableOptions } from './table.ts';
import type { Buyer } from './who.ts';

/** The id whole, as other commands take it. The buyer in a line below: there is no room beside it. */
export const orderTable: TableOptions = {
  whole: ['orderId'],
  text: ['reason'],
  below: ['buyer', 'buyerEmail'],
};
/** Of one buyer, whom the reader has named. */
export const orderTableOfBuyer: TableOptions = { ...orderTable, below: [], jsonOnly: ['buyer', 'buyerEmail'] };

/** An order in a list. @param buyer if they are known */
export function orderRow({ orderId, userId, status, total, failure, createTime }: Order, buyer?: Buyer): Row {
  return {
    orderId,
    status: short(OrderStatusSchema, status),
    total: money(total),
    created: time(createTime),
    buyer: userId,
    buyerEmail: buyer?.email ?? '',
    reason: failure?.reason ?? '',
  };
}
