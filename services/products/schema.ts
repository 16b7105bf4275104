import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { requestsTable } from '../../platform/data/db/once.ts';
import { catalogActions } from './domain/types.ts';

export const productsSchema = pgSchema('products');

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });
// Milliseconds, because a page token carries the time through a JavaScript Date.
const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** The catalog's products with their stock counters. `version` counts changes of the details, not of the stock. */
export const products = productsSchema.table(
  'products',
  {
    id: uuid('id').primaryKey(),
    sku: text('sku').notNull(),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    category: text('category').notNull().default(''),
    priceMinor: bigint('price_minor', { mode: 'bigint' }).notNull(),
    currencyCode: text('currency_code').notNull(),
    /** Pieces on hand: the sum of the product's movements. */
    onHand: integer('on_hand').notNull().default(0),
    /** Pieces set aside: the sum of the product's ACTIVE reservations. */
    reserved: integer('reserved').notNull().default(0),
    imageUrl: text('image_url').notNull().default(''),
    attributes: jsonb('attributes').$type<Record<string, string>>().notNull().default({}),
    version: integer('version').notNull().default(1),
    createdAt: time('created_at').notNull().defaultNow(),
    updatedAt: time('updated_at').notNull().defaultNow(),
    deletedAt: time('deleted_at'),
    /** What makes a SKU unique: without case, outer spaces and forms of Unicode. */
    skuKey: text('sku_key').generatedAlwaysAs(sql`products.sku_key(sku)`),
    /** 0, but for products that had the same key when keys began: they count on, by age. No new ones come. */
    skuTwin: smallint('sku_twin').notNull().default(0),
    // A migration defines the functions, which are all that says what a word is.
    searchVector: tsvector('search_vector').generatedAlwaysAs(
      sql`products.search_vector(name || ' ' || sku, 'A') || products.search_vector(category, 'B') || products.search_vector(description, 'C')`,
    ),
    // For the code of 0.1.0, with its index and products_by_name. They go when no such code runs any more.
    search: tsvector('search').generatedAlwaysAs(
      sql`setweight(to_tsvector('simple'::regconfig, products.search_text(name || ' ' || sku)), 'A') || setweight(to_tsvector('simple'::regconfig, products.search_text(category)), 'B') || setweight(to_tsvector('simple'::regconfig, products.search_text(description)), 'C')`,
    ),
  },
  (table) => [
    check('products_stock_sound', sql`0 <= ${table.reserved} and ${table.reserved} <= ${table.onHand}`),
    check('products_price_positive', sql`${table.priceMinor} > 0`),
    // Another product may have the SKU of a deleted one. The first index is for the code of 0.1.0, too.
    uniqueIndex('products_sku_live')
      .on(table.sku)
      .where(sql`deleted_at is null`),
    uniqueIndex('products_sku_key_live')
      .on(table.skuKey, table.skuTwin)
      .where(sql`deleted_at is null`),
    index('products_search_vector').using('gin', table.searchVector),
    index('products_by_collated_name')
      .on(sql`name collate "und-x-icu"`, table.id)
      .where(sql`deleted_at is null`),
    index('products_search').using('gin', table.search),
    index('products_by_time')
      .on(table.createdAt, table.id)
      .where(sql`deleted_at is null`),
    index('products_by_category')
      .on(table.category, table.createdAt, table.id)
      .where(sql`deleted_at is null`),
    index('products_by_price')
      .on(table.priceMinor, table.id)
      .where(sql`deleted_at is null`),
    index('products_by_name')
      .on(sql`lower(name)`, table.id)
      .where(sql`deleted_at is null`),
  ],
);

export const movementKinds = ['opening', 'adjust', 'commit', 'restock'] as const;
export type MovementKind = (typeof movementKinds)[number];

/** Every change of `on_hand`. Rows are never changed. */
export const stockMovements = productsSchema.table(
  'stock_movements',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    productId: uuid('product_id')
      .notNull()
      .references(() => products.id),
    kind: text('kind', { enum: movementKinds }).notNull(),
    delta: integer('delta').notNull(),
    orderId: uuid('order_id'),
    requestId: uuid('request_id'),
    note: text('note').notNull().default(''),
    createdAt: time('created_at').notNull().defaultNow(),
  },
  (table) => [
    check('stock_movements_kind', sql`${table.kind} in ('opening', 'adjust', 'commit', 'restock')`),
    // An order commits and restocks a product at most once, even if the code has a defect.
    uniqueIndex('stock_movements_once')
      .on(table.orderId, table.productId, table.kind)
      .where(sql`order_id is not null`),
  ],
);

export const reservationStates = ['ACTIVE', 'COMMITTED', 'RELEASED', 'EXPIRED'] as const;
export type ReservationState = (typeof reservationStates)[number];

/** One row for each order: its reservation, or the tombstone of a release that came first (rule S6). */
export const reservations = productsSchema.table(
  'reservations',
  {
    orderId: uuid('order_id').primaryKey(),
    state: text('state', { enum: reservationStates }).notNull(),
    expiresAt: time('expires_at').notNull(),
    /** The commit came after the expiry and took free stock again (rule S16). */
    retaken: boolean('retaken').notNull().default(false),
    /** Metadata of the refusal of a late commit. Every later commit gets the same refusal (rule S17). */
    refusal: jsonb('refusal').$type<Record<string, string>>(),
    createdAt: time('created_at').notNull().defaultNow(),
    closedAt: time('closed_at'),
    restockedAt: time('restocked_at'),
  },
  (table) => [
    check('reservations_state', sql`${table.state} in ('ACTIVE', 'COMMITTED', 'RELEASED', 'EXPIRED')`),
    index('reservations_to_expire')
      .on(table.expiresAt)
      .where(sql`state = 'ACTIVE'`),
  ],
);

export const reservationLines = productsSchema.table(
  'reservation_lines',
  {
    orderId: uuid('order_id')
      .notNull()
      .references(() => reservations.orderId),
    productId: uuid('product_id')
      .notNull()
      .references(() => products.id),
    quantity: integer('quantity').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.productId] }),
    check('reservation_lines_quantity', sql`${table.quantity} > 0`),
  ],
);

/**
 * What administrators changed, for the audit trail of the back office, which takes it from here. A row is written in the
 * transaction of its change, so none is lost. Only an import's counts and whether the trail has the row are changed later.
 */
export const catalogChanges = productsSchema.table(
  'catalog_changes',
  {
    id: uuid('id').primaryKey(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    actorId: uuid('actor_id').notNull(),
    /** A network, never a full address. */
    clientNetwork: text('client_network').notNull(),
    userAgent: text('user_agent').notNull(),
    action: text('action', { enum: catalogActions }).notNull(),
    subject: text('subject').notNull(),
    detail: text('detail').notNull().default(''),
    reason: text('reason').notNull().default(''),
    requestId: uuid('request_id'),
    /** Of an import: how many products were created and updated so far. */
    created: integer('created').notNull().default(0),
    updated: integer('updated').notNull().default(0),
    /** Of an import: the entry of the audit trail that its caller has written for it. */
    importEntryId: uuid('import_entry_id'),
    /** From then on the trail may take it. An import that goes on is not complete before. */
    dueAt: timestamp('due_at', { withTimezone: true }).notNull().defaultNow(),
    takenAt: timestamp('taken_at', { withTimezone: true }),
  },
  (table) => [
    index('catalog_changes_waiting')
      .on(table.dueAt)
      .where(sql`taken_at is null`),
  ],
);

export const requests = requestsTable(productsSchema);
