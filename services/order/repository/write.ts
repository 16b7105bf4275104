import { sql } from 'drizzle-orm';
import type { Database, Transaction } from '../../../platform/data/db/database.ts';
import { statement, type Given } from '../../../platform/data/db/statement.ts';
import { currentOrigin } from '../../../platform/telemetry/request-context.ts';
import { appendEvent } from '../../../platform/events/outbox.ts';
import { ordersSource, ordersTopic, type OrderEventData, type OrderEventType } from '../../../proto/order-events.ts';
import type { Failure, NewOrder, Order, OrderStatus } from '../domain/types.ts';
import { outbox } from '../schema.ts';
import { findOrder } from './read.ts';

/** The notification channel for changes of status. The payload is the order's id. */
export const changesChannel = 'orders_changed';

export interface OrderToInsert extends NewOrder {
  readonly cause: string;
  /** For how long only the creator of the order may start it. */
  readonly startDelaySeconds: number;
}

export interface Change {
  readonly orderId: string;
  readonly from: OrderStatus;
  readonly to: OrderStatus;
  readonly cause: string;
  readonly failure?: Failure | undefined;
}

/**
 * Writes order, lines and history in one statement, since every checkout waits for this round trip. `on conflict` has no
 * target: a repeat at the same time conflicts in the request or in the order's id, whichever is written first.
 */
const createOrder = statement(
  'orders.create',
  (given: Given<CreateValues>) => sql`
    with created as (
      insert into orders.orders (id, user_id, request_id, request_fingerprint, status, total_minor, currency_code,
        cart_version, origin_request_id, origin_traceparent, next_start_at)
      values (${given.orderId}, ${given.userId}, ${given.requestId}, ${given.requestFingerprint}, 'PENDING',
        ${given.totalMinor}, ${given.currencyCode}, ${given.cartVersion},
        ${given.originRequestId}, ${given.originTraceparent}, now() + make_interval(secs => ${given.startDelaySeconds}))
      on conflict do nothing
      returning id, create_time
    ), lines as (
      insert into orders.order_items (order_id, position, product_id, name, quantity, unit_price_minor)
      select created.id, line.* from created, json_to_recordset(${given.lines}::json)
        as line(position int, product_id uuid, name text, quantity int, unit_price_minor bigint)
    ), change as (
      insert into orders.order_status_changes (order_id, status, cause)
      select id, 'PENDING', ${given.cause} from created
    )
    select create_time from created`,
  (row: { create_time: Date }) => row.create_time,
);

interface CreateValues {
  readonly orderId: string;
  readonly userId: string;
  readonly requestId: string;
  readonly requestFingerprint: string;
  readonly totalMinor: bigint;
  readonly currencyCode: string;
  readonly cartVersion: bigint;
  readonly startDelaySeconds: number;
  readonly originRequestId: string | null;
  readonly originTraceparent: string | null;
  /** JSON. */
  readonly lines: string;
  readonly cause: string;
}

/** @returns the create time, or `undefined` if the request has an order already */
export async function insertOrder(db: Database, { items, total, ...order }: OrderToInsert): Promise<Date | undefined> {
  const lines = items.map((item, position) => ({
    position,
    product_id: item.productId,
    name: item.name,
    quantity: item.quantity,
    unit_price_minor: item.unitPrice.minorUnits.toString(),
  }));
  const { requestId: originRequestId = null, traceparent: originTraceparent = null } = currentOrigin() ?? {};
  const [createTime] = await createOrder(db, {
    ...order,
    currencyCode: total.currencyCode,
    totalMinor: total.minorUnits,
    originRequestId,
    originTraceparent,
    lines: JSON.stringify(lines),
  });
  return createTime;
}

/** The statements that end an order, in a transaction. */
export function endingStatements(db: Transaction) {
  return {
    /**
     * Changes the status and notifies watchers at the commit. It uses clock_timestamp(), since now() is the begin of
     * the transaction, which may be before the last change.
     * @returns false, with nothing written, if the order is not in `from`
     */
    changeStatus: async ({ orderId, from, to, cause, failure }: Change): Promise<boolean> => {
      const { rows: changed } = await db.execute(sql`
        with changed as (
          update orders.orders set status = ${to}, update_time = clock_timestamp(),
            completed_at = case when ${to} = 'COMPLETED' then clock_timestamp() else completed_at end,
            failure_reason = ${failure?.reason ?? null}, failure_message = ${failure?.message ?? null},
            failure_metadata = ${failure ? JSON.stringify(failure.metadata) : null}::jsonb
          where id = ${orderId} and status = ${from}
          returning id, clock_timestamp() as changed_at
        ), change as (
          insert into orders.order_status_changes (order_id, status, cause, create_time)
          select id, ${to}, ${cause}, changed_at from changed
        )
        select pg_notify(${changesChannel}, id::text) from changed`);
      return changed.length > 0;
    },

    /** Reads an order. @returns undefined if there is none */
    find: (orderId: string): Promise<Order | undefined> => findOrder(db, orderId),

    /** Writes an event into the outbox. Call it in the transaction of the change (rule S35). */
    appendEvent: async (type: OrderEventType, data: OrderEventData): Promise<void> => {
      await appendEvent(db, outbox, {
        topic: ordersTopic,
        source: ordersSource,
        type,
        aggregateId: data.orderId,
        data,
      });
    },
  };
}
