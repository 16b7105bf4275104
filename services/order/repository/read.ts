import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { Executor } from '../../../platform/data/db/database.ts';
import type { Order, OrderStatus, StatusChange } from '../domain/types.ts';
import { orders, orderStatusChanges } from '../schema.ts';

type ItemJson = readonly [productId: string, name: string, quantity: number, unitPriceMinor: string];

// One statement reads an order with its lines. Prices are text, since JSON numbers would lose digits.
const items = sql<readonly ItemJson[]>`(
  select json_agg(json_build_array(product_id, name, quantity, unit_price_minor::text) order by position)
  from orders.order_items where order_id = orders.id)`;

const columns = {
  orderId: orders.id,
  userId: orders.userId,
  status: orders.status,
  totalMinor: orders.totalMinor,
  currencyCode: orders.currencyCode,
  cartVersion: orders.cartVersion,
  failureReason: orders.failureReason,
  failureMessage: orders.failureMessage,
  failureMetadata: orders.failureMetadata,
  createTime: orders.createTime,
  updateTime: orders.updateTime,
  completedAt: orders.completedAt,
  items,
};

function select(db: Executor) {
  return db.select(columns).from(orders).$dynamic();
}

type Row = Awaited<ReturnType<typeof select>>[number];

function toOrder(row: Row): Order {
  const { currencyCode } = row;
  return {
    orderId: row.orderId,
    userId: row.userId,
    status: row.status,
    items: row.items.map(([productId, name, quantity, unitPriceMinor]) => ({
      productId,
      name,
      quantity,
      unitPrice: { currencyCode, minorUnits: BigInt(unitPriceMinor) },
    })),
    total: { currencyCode, minorUnits: row.totalMinor },
    cartVersion: row.cartVersion,
    failure:
      row.failureReason === null
        ? undefined
        : { reason: row.failureReason, message: row.failureMessage ?? '', metadata: row.failureMetadata ?? {} },
    createTime: row.createTime,
    updateTime: row.updateTime,
    completedTime: row.completedAt ?? undefined,
  };
}

async function one(db: Executor, condition: SQL | undefined): Promise<Order | undefined> {
  const [row] = await select(db).where(condition);
  return row && toOrder(row);
}

export interface PageQuery {
  readonly userId: string;
  readonly status: OrderStatus | undefined;
  /** The last order of the page before. */
  readonly after: { readonly createTime: Date; readonly orderId: string } | undefined;
  readonly limit: number;
}

/** The statements that read orders. They return `undefined` or an empty list if nothing is found. */
export function readStatements(db: Executor) {
  return {
    find: (orderId: string) => one(db, eq(orders.id, orderId)),

    findOwned: (userId: string, orderId: string) => one(db, and(eq(orders.id, orderId), eq(orders.userId, userId))),

    /** The order of a request, with the request's fingerprint. */
    findByRequest: async (userId: string, requestId: string) => {
      const [row] = await db
        .select({ ...columns, fingerprint: orders.requestFingerprint })
        .from(orders)
        .where(and(eq(orders.userId, userId), eq(orders.requestId, requestId)));
      return row && { order: toOrder(row), fingerprint: row.fingerprint };
    },

    /** Newest first. */
    page: async ({ userId, status, after, limit }: PageQuery): Promise<readonly Order[]> => {
      const older =
        after &&
        sql`(${orders.createTime}, ${orders.id}) < (${after.createTime.toISOString()}::timestamptz, ${after.orderId}::uuid)`;
      const rows = await select(db)
        .where(and(eq(orders.userId, userId), status && eq(orders.status, status), older))
        .orderBy(sql`${orders.createTime} desc, ${orders.id} desc`)
        .limit(limit);
      return rows.map(toOrder);
    },

    /** These orders, oldest first. */
    findAll: async (orderIds: readonly string[]): Promise<readonly Order[]> => {
      if (orderIds.length === 0) return [];
      const rows = await select(db)
        .where(inArray(orders.id, [...orderIds]))
        .orderBy(orders.createTime);
      return rows.map(toOrder);
    },

    /** Oldest first. */
    history: (orderId: string): Promise<StatusChange[]> =>
      db
        .select({
          status: orderStatusChanges.status,
          createTime: orderStatusChanges.createTime,
          cause: orderStatusChanges.cause,
        })
        .from(orderStatusChanges)
        .where(eq(orderStatusChanges.orderId, orderId))
        .orderBy(orderStatusChanges.createTime),

    /** Returns those of `orderIds` that are not PENDING any more. */
    ended: async (orderIds: readonly string[]): Promise<readonly string[]> => {
      if (orderIds.length === 0) return [];
      const { rows } = await db.execute<{ id: string }>(sql`
        select id from orders.orders
        where id in (select value::uuid from json_array_elements_text(${JSON.stringify(orderIds)}::json))
          and status <> 'PENDING'`);
      return rows.map((row) => row.id);
    },
  };
}
