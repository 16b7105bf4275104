import type { Order } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { UserApi } from '../api.ts';
import type { Context } from '../context.ts';
import { failureOf } from '../failure.ts';
import { tellMore } from '../more.ts';
import { orderRow, orderTable } from '../order-row.ts';
import { printFound } from '../output.ts';
import { noOrderOf, userIdOf } from '../who.ts';

export interface OrderFindOptions {
  readonly email: string;
  readonly password: string;
  readonly limit: number;
  readonly pageToken: string;
}

/**
 * Finds orders by what a buyer can tell. An email address: their newest orders. An id: the order with this id, or the
 * order that a payment with this id belongs to. @throws USER_NOT_FOUND, ORDER_NOT_FOUND
 */
export async function findOrders(context: Context, what: string, options: OrderFindOptions): Promise<void> {
  const api = await context.signIn(options.email, options.password);
  const { orders, nextPageToken } = await found(api, what, options);
  printFound(orders.map(orderRow), context.json, () => noOrderOf(what), orderTable);
  tellMore(context, { shown: orders.length, nextPageToken, narrow: '' });
}

interface Found {
  readonly orders: readonly Order[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

async function found(api: UserApi, what: string, options: OrderFindOptions): Promise<Found> {
  const { admin, asUser } = api;
  if (what.includes('@')) {
    const userId = await userIdOf(api, what);
    const { limit: pageSize, pageToken } = options;
    return admin.listOrders({ userId, pageSize, pageToken }, asUser);
  }
  const order = (await orderOf(api, what)) ?? (await orderOf(api, await orderIdOfPayment(api, what)));
  return { orders: order === undefined ? [] : [order], nextPageToken: '' };
}

/** @returns undefined if no order has this id */
async function orderOf({ admin, asUser }: UserApi, orderId: string): Promise<Order | undefined> {
  try {
    return (await admin.getOrder({ orderId }, asUser)).order;
  } catch (error) {
    if (failureOf(error).failure.reason === 'ORDER_NOT_FOUND') return undefined;
    throw error;
  }
}

/** @throws ORDER_NOT_FOUND */
async function orderIdOfPayment({ admin, asUser }: UserApi, paymentId: string): Promise<string> {
  return (await admin.explainOrder({ orderId: paymentId }, asUser)).orderId;
}
