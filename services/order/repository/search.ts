import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../../../platform/data/db/database.ts';
import { statement, type Given } from '../../../platform/data/db/statement.ts';
import type { Order, OrderStatus } from '../domain/types.ts';
import { statuses } from '../schema.ts';
import { toOrderOfText } from './read.ts';

export interface SearchQuery {
  readonly userId: string | undefined;
  readonly status: OrderStatus | undefined;
  /** Not before this time. */
  readonly from: Date | undefined;
  /** Before this time. */
  readonly to: Date | undefined;
  /** The last order of the page before. */
  readonly after: { readonly createTime: Date; readonly orderId: string } | undefined;
  readonly limit: number;
}

interface Values {
  readonly statuses: readonly string[];
  readonly from: string;
  /** Only orders before this time and, at this time, with a lower id. */
  readonly createTime: string;
  readonly orderId: string;
  readonly limit: number;
}

const lowestId = '00000000-0000-0000-0000-000000000000';

/** The statements that find orders of all users, newest first. */
export function searchStatements(db: Database) {
  return {
    search: async ({ userId, status, from, to, after, limit }: SearchQuery): Promise<readonly Order[]> => {
      const values: Values = {
        statuses: status === undefined ? statuses : [status],
        from: from?.toISOString() ?? '-infinity',
        createTime: (after?.createTime ?? to)?.toISOString() ?? 'infinity',
        orderId: after?.orderId ?? lowestId,
        limit,
      };
      return userId === undefined ? searchAll(db, values) : searchOfUser(db, { ...values, userId });
    },
  };
}

const page = (given: Given<Values>): SQL => sql`
  (o.create_time, o.id) < (${given.createTime}::timestamptz, ${given.orderId}::uuid)
    and o.create_time >= ${given.from}::timestamptz
  order by o.create_time desc, o.id desc limit ${given.limit}`;

const orderOf = (found: SQL): SQL => sql`
  select o.id as "orderId", o.user_id as "userId", o.status, o.total_minor as "totalMinor",
    o.currency_code as "currencyCode", o.cart_version as "cartVersion", o.failure_reason as "failureReason",
    o.failure_message as "failureMessage", o.failure_metadata as "failureMetadata", o.create_time as "createTime",
    o.update_time as "updateTime", o.completed_at as "completedAt",
    (select json_agg(json_build_array(product_id, name, quantity, unit_price_minor::text) order by position)
      from orders.order_items where order_id = o.id) as items
  from (${found}) as o order by o.create_time desc, o.id desc`;

// One read of the index for each status, which ends after a page, so that a rare status costs no more than another.
const searchAll = statement(
  'orders.search',
  (given: Given<Values>) =>
    orderOf(sql`
      select o.* from unnest(${given.statuses}::text[]) as wanted(status)
      cross join lateral (
        select * from orders.orders as o where o.status = wanted.status and ${page(given)}
      ) as o
      order by o.create_time desc, o.id desc limit ${given.limit}`),
  toOrderOfText,
);

const searchOfUser = statement(
  'orders.search_of_user',
  (given: Given<Values & { readonly userId: string }>) =>
    orderOf(sql`
      select * from orders.orders as o
      where o.user_id = ${given.userId}::uuid and o.status = any(${given.statuses}::text[]) and ${page(given)}`),
  toOrderOfText,
);
