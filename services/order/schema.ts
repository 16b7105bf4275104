import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { requestsTable } from '../../platform/data/db/once.ts';
import { outboxTable } from '../../platform/events/tables.ts';

export const ordersSchema = pgSchema('orders');

export const statuses = ['PENDING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
const time = (name: string) => timestamp(name, { withTimezone: true });
// Milliseconds, because a page token carries the time through a JavaScript Date.
const millisecondTime = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** One row for each accepted checkout: the promise behind its 202 (rule S1). */
export const orders = ordersSchema.table(
  'orders',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    requestId: uuid('request_id').notNull(),
    requestFingerprint: text('request_fingerprint').notNull(),
    status: text('status', { enum: statuses }).notNull(),
    totalMinor: bigint('total_minor', { mode: 'bigint' }).notNull(),
    currencyCode: text('currency_code').notNull(),
    cartVersion: bigint('cart_version', { mode: 'bigint' }).notNull(),
    failureReason: text('failure_reason'),
    failureMessage: text('failure_message'),
    failureMetadata: jsonb('failure_metadata').$type<Record<string, string>>(),
    createTime: millisecondTime('create_time').notNull().defaultNow(),
    updateTime: millisecondTime('update_time').notNull().defaultNow(),
    /** It stays when a completed order is cancelled. */
    completedAt: millisecondTime('completed_at'),
    /** When the workflow was last known to be started. */
    startedAt: time('started_at'),
    /** The sweep of unstarted orders does not lease the order before this time. */
    nextStartAt: time('next_start_at').notNull(),
    startAttempts: integer('start_attempts').notNull().default(0),
    /** Set if a refund is wished for (rule S31). The refund sweep does not ask for it before this time. */
    nextRefundAt: time('next_refund_at'),
    /** By whom and why the refund is wished for. Null in wishes of older versions, which are the buyer's. */
    refundCause: text('refund_cause'),
    /** The request that asked for the order, and its trace. Null in orders of older versions. */
    originRequestId: text('origin_request_id'),
    originTraceparent: text('origin_traceparent'),
    /** The request that wished for the refund, and its trace. Null in wishes of older versions. */
    refundRequestId: text('refund_request_id'),
    refundTraceparent: text('refund_traceparent'),
  },
  (table) => [
    unique('orders_user_request').on(table.userId, table.requestId),
    index('orders_newest').on(table.userId, table.createTime, table.id),
    // For the lists of support, with or without a status.
    index('orders_by_status').on(table.status, table.createTime, table.id),
    index('orders_unstarted')
      .on(table.createTime)
      .where(sql`status = 'PENDING' and started_at is null`),
    index('orders_unstarted_due')
      .on(table.nextStartAt)
      .where(sql`status = 'PENDING' and started_at is null`),
    index('orders_stalled')
      .on(table.startedAt)
      .where(sql`status = 'PENDING' and started_at is not null`),
    index('orders_refunds')
      .on(table.nextRefundAt)
      .where(sql`status = 'COMPLETED' and next_refund_at is not null`),
    check('orders_status', sql`status in ('PENDING', 'COMPLETED', 'FAILED', 'CANCELLED')`),
    check('orders_total', sql`total_minor >= 0`),
    check('orders_failure', sql`(status = 'FAILED') = (failure_reason is not null)`),
  ],
);

/** The order's lines; they never change. Amounts are in the order's currency. */
export const orderItems = ordersSchema.table(
  'order_items',
  {
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    position: integer('position').notNull(),
    productId: uuid('product_id').notNull(),
    name: text('name').notNull(),
    quantity: integer('quantity').notNull(),
    unitPriceMinor: bigint('unit_price_minor', { mode: 'bigint' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.position] }),
    check('order_items_quantity', sql`quantity > 0`),
    check('order_items_unit_price', sql`unit_price_minor >= 0`),
  ],
);

/** Every status that an order has had. The primary key ensures that each change happens at most once. */
export const orderStatusChanges = ordersSchema.table(
  'order_status_changes',
  {
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    status: text('status', { enum: statuses }).notNull(),
    createTime: time('create_time').notNull().defaultNow(),
    cause: text('cause').notNull(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.status] })],
);

export const outbox = outboxTable(ordersSchema);
export const requests = requestsTable(ordersSchema);
