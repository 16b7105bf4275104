import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Context } from '../context.ts';
import { tellMore } from '../more.ts';
import { orderRow, orderTable, orderTableOfBuyer } from '../order-row.ts';
import { printMany } from '../output.ts';
import { userOf } from '../who.ts';

export interface OrderListOptions {
  readonly email: string;
  readonly password: string;
  /** An email address, or the buyer's id. */
  readonly user?: string;
  readonly status?: Exclude<keyof typeof OrderStatus, 'UNSPECIFIED'>;
  readonly since?: Date;
  readonly until?: Date;
  readonly limit: number;
  readonly pageToken: string;
}

/** Lists the orders of all users, newest first. Support and administrators may. @throws USER_NOT_FOUND */
export async function listOrders(context: Context, options: OrderListOptions): Promise<void> {
  const { user, status, since, until, limit: pageSize, pageToken } = options;
  const api = await context.signIn(options.email, options.password);
  const buyer = user === undefined ? undefined : await userOf(api, user);
  const filter = {
    userId: buyer?.userId ?? '',
    status: OrderStatus[status ?? 'UNSPECIFIED'],
    ...(since && { createTimeFrom: timestampFromDate(since) }),
    ...(until && { createTimeTo: timestampFromDate(until) }),
  };
  const { orders, nextPageToken } = await api.admin.listOrders({ ...filter, pageSize, pageToken }, api.asUser);
  const rows = orders.map((order) => orderRow(order, buyer));
  printMany(rows, context.json, buyer === undefined ? orderTable : orderTableOfBuyer);
  tellMore(context, { shown: orders.length, nextPageToken, narrow: '--user, --status, --since or --until' });
}
