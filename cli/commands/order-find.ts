import type { Order } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { UserApi } from '../api.ts';
import type { Context } from '../context.ts';
import { CliError, exitCodes } from '../exit.ts';
import { known } from '../failure.ts';
import { tellMore } from '../more.ts';
import { orderRow, orderTable, orderTableOfBuyer } from '../order-row.ts';
import { printFound } from '../output.ts';
import { noOrderOf, userOf, type Buyer } from '../who.ts';

export interface OrderFindOptions {
  readonly email: string;
  readonly password: string;
  readonly limit: number;
  readonly pageToken: string;
}

/**
 * Finds orders by what a buyer can tell. An email address or a user's id: their newest orders. Another id: the order with
 * this id, or the order that a payment with this id belongs to. @throws USER_NOT_FOUND, ORDER_NOT_FOUND
 */
export async function findOrders(context: Context, what: string, options: OrderFindOptions): Promise<void> {
  const api = await context.signIn(options.email, options.password);
  const { orders, nextPageToken, buyer } = await found(api, what, options);
  const nothing = () => (buyer === undefined ? nothingHas(what) : noOrderOf(buyer.email));
  const rows = orders.map((order) => orderRow(order, buyer));
  const isNamed = buyer !== undefined && (what.includes('@') || what === buyer.userId);
  printFound(rows, context.json, nothing, isNamed ? orderTableOfBuyer : orderTable);
  tellMore(context, { shown: orders.length, nextPageToken, narrow: '' });
}

interface Found {
  readonly orders: readonly Order[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
  /** Undefined if nothing has the id. */
  readonly buyer: Buyer | undefined;
}

const nothingFound: Found = { orders: [], nextPageToken: '', buyer: undefined };

async function found(api: UserApi, what: string, options: OrderFindOptions): Promise<Found> {
  if (what.includes('@')) return ordersOf(api, await userOf(api, what), options);
  const order = (await orderOf(api, what)) ?? (await orderOfPayment(api, what));
  if (order !== undefined) {
    const buyer = await userOf(api, order.userId).catch(() => undefined);
    return { orders: [order], nextPageToken: '', buyer };
  }
  const buyer = await known(userOf(api, what), 'USER_NOT_FOUND');
  return buyer === undefined ? nothingFound : ordersOf(api, buyer, options);
}

async function ordersOf({ admin, asUser }: UserApi, buyer: Buyer, options: OrderFindOptions): Promise<Found> {
  const { limit: pageSize, pageToken } = options;
  const page = await admin.listOrders({ userId: buyer.userId, pageSize, pageToken }, asUser);
  return { orders: page.orders, nextPageToken: page.nextPageToken, buyer };
}

/** @returns undefined if no order has this id */
async function orderOf({ admin, asUser }: UserApi, orderId: string): Promise<Order | undefined> {
  return (await known(admin.getOrder({ orderId }, asUser), 'ORDER_NOT_FOUND'))?.order;
}

/** @returns undefined if no payment has this id */
async function orderOfPayment(api: UserApi, paymentId: string): Promise<Order | undefined> {
  const story = await known(api.admin.explainOrder({ orderId: paymentId }, api.asUser), 'ORDER_NOT_FOUND');
  return story && orderOf(api, story.orderId);
}

function nothingHas(id: string): CliError {
  return new CliError('ORDER_NOT_FOUND', exitCodes.notFound, `no order, payment or user has the id ${id}`);
}
