import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { requestsTable } from '../../platform/data/db/once.ts';
import { inboxTable } from '../../platform/events/tables.ts';

export const cartSchema = pgSchema('cart');

const moment = (name: string) => timestamp(name, { withTimezone: true });

/** One row for each user who ever added a product. The row is the lock of the lines; `version` counts their changes. */
export const carts = cartSchema.table('carts', {
  userId: uuid('user_id').primaryKey(),
  version: bigint('version', { mode: 'bigint' })
    .notNull()
    .default(sql`0`),
  updatedAt: moment('updated_at').notNull().defaultNow(),
});

export const cartItems = cartSchema.table(
  'cart_items',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => carts.userId),
    productId: uuid('product_id').notNull(),
    quantity: integer('quantity').notNull(),
    /** Name and price when the line was last set. They show a change of price, and a product that is gone. */
    name: text('name').notNull(),
    unitPriceMinor: bigint('unit_price_minor', { mode: 'bigint' }).notNull(),
    currencyCode: text('currency_code').notNull(),
    /** The cart's version at which the line was added. It gives the order of the lines. */
    position: bigint('position', { mode: 'bigint' }).notNull(),
    addedAt: moment('added_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.productId] }),
    check('cart_items_quantity', sql`${table.quantity} between 1 and 100`),
  ],
);

/** What an order has of a cart. A row without a user is a tombstone: the release came before the claim (rule S6). */
export const claims = cartSchema.table(
  'claims',
  {
    orderId: uuid('order_id').primaryKey(),
    state: text('state', { enum: ['CLAIMED', 'CONSUMED', 'RELEASED'] }).notNull(),
    userId: uuid('user_id'),
    cartVersion: bigint('cart_version', { mode: 'bigint' }),
    /** From then on a live claim counts as overdue. It frees nothing: only the order's end does (rule S33). */
    expiresAt: moment('expires_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
    endedAt: moment('ended_at'),
  },
  (table) => [
    uniqueIndex('claims_one_live_per_user')
      .on(table.userId)
      .where(sql`state = 'CLAIMED'`),
    // Only for statements that ask for the expiry. Otherwise Postgres may read all of it to find the claim of one user.
    index('claims_by_expiry')
      .on(table.expiresAt)
      .where(sql`state = 'CLAIMED' and expires_at is not null`),
    check('claims_state', sql`${table.state} in ('CLAIMED', 'CONSUMED', 'RELEASED')`),
    check('claims_ended', sql`(${table.state} = 'CLAIMED') = (${table.endedAt} is null)`),
    check(
      'claims_complete_while_live',
      sql`${table.state} <> 'CLAIMED' or num_nulls(${table.userId}, ${table.cartVersion}, ${table.expiresAt}) = 0`,
    ),
  ],
);

/** The cart's lines when it was claimed. The cart itself may be edited meanwhile (rule S34). */
export const claimLines = cartSchema.table(
  'claim_lines',
  {
    orderId: uuid('order_id')
      .notNull()
      .references(() => claims.orderId),
    productId: uuid('product_id').notNull(),
    quantity: integer('quantity').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.productId] }),
    check('claim_lines_quantity', sql`${table.quantity} > 0`),
  ],
);

/** Stored answers of `AddItem`. `subject` is the user's id. */
export const requests = requestsTable(cartSchema);

export const inbox = inboxTable(cartSchema);
