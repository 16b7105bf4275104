import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../../../platform/data/db/database.ts';
import { statement, type Given } from '../../../platform/data/db/statement.ts';
import { currentOrigin } from '../../../platform/telemetry/request-context.ts';
import { ordersSource, ordersTopic, type OrderEventData, type OrderEventType } from '../../../proto/order-events.ts';
import type { Order } from '../domain/types.ts';
import { toOrderOfText } from './read.ts';
import { changesChannel, type Change } from './write.ts';

/** A change of status, with the type of the event that tells of it. */
export interface ChangeWithEvent extends Change {
  readonly type: OrderEventType;
}

/**
 * The end of an order as one statement that has its effect only if everything is plain: the order is in the expected
 * status. Otherwise it writes nothing and answers `undefined`. The verb then goes the careful way.
 */
export function plainSteps(db: Database) {
  return {
    /** @returns the ended order, with history and event written and its watchers notified */
    end: async ({ orderId, from, to, cause, failure, type }: ChangeWithEvent): Promise<Order | undefined> => {
      const { requestId = null, traceparent = null } = currentOrigin() ?? {};
      const failed = failure ? JSON.stringify(failure) : null;
      const values = { orderId, from, to, cause, type, failure: failed, requestId, traceparent };
      const [ended] = await endOrder(db, values);
      return ended;
    },
  };
}

interface EndValues {
  readonly orderId: string;
  readonly from: string;
  readonly to: string;
  readonly cause: string;
  readonly type: string;
  /** JSON. */
  readonly failure: string | null;
  readonly requestId: string | null;
  readonly traceparent: string | null;
}

// The data of the event, as `eventData` of domain/end-order.ts makes it: a test compares the two. It is built here again,
// because the row that the statement locks has all of it. To read the row first would be one more round trip.
function eventData(given: Given<EndValues>): SQL {
  const fields = {
    orderId: sql`ended.id`,
    userId: sql`ended.user_id`,
    status: sql`ended.status`,
    items: sql`lines.sold`,
    total: sql`jsonb_build_object('currencyCode', ended.currency_code, 'minorUnits', ended.total_minor::text)`,
    cartVersion: sql`ended.cart_version::text`,
    failure: sql`${given.failure}::jsonb`,
    occurTime: sql`to_char(ended.update_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  } satisfies Record<keyof OrderEventData, SQL>;
  const pairs = Object.entries(fields).map(([field, value]) => sql`${sql.raw(`'${field}'`)}, ${value}`);
  return sql`jsonb_strip_nulls(jsonb_build_object(${sql.join(pairs, sql`, `)}))`;
}

// The update locks the order's row and looks at the status again after a wait for it. The clock is read after that. The
// event's `seq` is taken while the row is locked, because `event` needs what `ended` returns. Lines never change.
const endOrder = statement(
  'orders.end',
  (given: Given<EndValues>) => sql`
    with ended as (
      update orders.orders set status = ${given.to}, update_time = clock_timestamp(),
        completed_at = case when ${given.to} = 'COMPLETED' then clock_timestamp() else completed_at end,
        failure_reason = ${given.failure}::jsonb ->> 'reason', failure_message = ${given.failure}::jsonb ->> 'message',
        failure_metadata = ${given.failure}::jsonb -> 'metadata'
      where id = ${given.orderId}::uuid and status = ${given.from}
      returning *, clock_timestamp() as changed_at
    ), lines as (
      select json_agg(json_build_array(product_id, name, quantity, unit_price_minor::text) order by position) as items,
        jsonb_agg(jsonb_build_object('productId', product_id, 'quantity', quantity) order by position) as sold
      from orders.order_items where order_id = ${given.orderId}::uuid
    ), change as (
      insert into orders.order_status_changes (order_id, status, cause, create_time)
      select id, status, ${given.cause}, changed_at from ended
    ), event as (
      insert into orders.outbox (id, topic, source, type, aggregate_id, request_id, traceparent, data)
      select gen_random_uuid(), ${ordersTopic}, ${ordersSource}, ${given.type}, ended.id::text,
        ${given.requestId}::text, ${given.traceparent}::text,
        ${eventData(given)}
      from ended, lines
    )
    select pg_notify(${changesChannel}, ended.id::text), ended.id as "orderId", ended.user_id as "userId", ended.status,
      ended.total_minor as "totalMinor", ended.currency_code as "currencyCode", ended.cart_version as "cartVersion",
      ended.failure_reason as "failureReason", ended.failure_message as "failureMessage",
      ended.failure_metadata as "failureMetadata", ended.create_time as "createTime",
      ended.update_time as "updateTime", ended.completed_at as "completedAt", lines.items
    from ended, lines`,
  toOrderOfText,
);
