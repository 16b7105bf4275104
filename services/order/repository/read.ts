import { and, eq, sql } from 'drizzle-orm';
import type { Database, Executor } from '../../../platform/data/db/database.ts';
import { statement, type Given } from '../../../platform/data/db/statement.ts';
import type { Order, OrderStatus, StatusChange, SweptOrder } from '../domain/types.ts';
import { orders, orderStatusChanges, statuses } from '../schema.ts';

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

/** A row of `orders` with its lines. */
interface OrderRow {
  readonly orderId: string;
  readonly userId: string;
  readonly status: OrderStatus;
  readonly totalMinor: bigint;
  readonly currencyCode: string;
  readonly cartVersion: bigint;
  readonly failureReason: string | null;
  readonly failureMessage: string | null;
  readonly failureMetadata: Record<string, string> | null;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly completedAt: Date | null;
  readonly items: readonly ItemJson[];
}

function toOrder(row: OrderRow): Order {
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

/** `OrderRow` as node-postgres reads it: a bigint is text. */
type TextOrderRow = Omit<OrderRow, 'totalMinor' | 'cartVersion'> & {
  readonly totalMinor: string;
  readonly cartVersion: string;
};

export function toOrderOfText(row: TextOrderRow): Order {
  return toOrder({ ...row, totalMinor: BigInt(row.totalMinor), cartVersion: BigInt(row.cartVersion) });
}

export interface PageQuery {
  readonly userId: string;
  readonly status: OrderStatus | undefined;
  /** The last order of the page before. */
  readonly after: { readonly createTime: Date; readonly orderId: string } | undefined;
  readonly limit: number;
}

const given = sql.placeholder;
const selectOrders = (db: Executor) => db.select(columns).from(orders);

/** Reads an order. @returns undefined if there is none */
export async function findOrder(db: Executor, orderId: string): Promise<Order | undefined> {
  const [row] = await selectOrders(db).where(eq(orders.id, orderId));
  return row && toOrder(row);
}

/** An order that a sweep has found, with the request whose work goes on. */
export type Swept = Pick<SweptOrder, 'orderId' | 'origin'>;

/** Where the first page begins. */
const first = { createTime: 'infinity', orderId: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

const findEnded = statement(
  'orders.ended',
  (input: Given<{ orderIds: readonly string[] }>) =>
    sql`select id from orders.orders where id = any(${input.orderIds}::uuid[]) and status <> 'PENDING'`,
  ({ id }: { id: string }) => id,
);

/** The statements that read orders, prepared. They return `undefined` or an empty list if nothing is found. */
export function readStatements(db: Database) {
  const byId = selectOrders(db)
    .where(eq(orders.id, given('orderId')))
    .prepare('orders.find');
  const owned = selectOrders(db)
    .where(and(eq(orders.id, given('orderId')), eq(orders.userId, given('userId'))))
    .prepare('orders.find_owned');
  const byRequest = db
    .select({ ...columns, fingerprint: orders.requestFingerprint })
    .from(orders)
    .where(and(eq(orders.userId, given('userId')), eq(orders.requestId, given('requestId'))))
    .prepare('orders.find_by_request');
  const newest = selectOrders(db)
    .where(
      and(
        eq(orders.userId, given('userId')),
        sql`${orders.status} = any(${given('statuses')}::text[])`,
        sql`(${orders.createTime}, ${orders.id}) < (${given('createTime')}::timestamptz, ${given('orderId')}::uuid)`,
      ),
    )
    .orderBy(sql`${orders.createTime} desc, ${orders.id} desc`)
    .limit(given('limit'))
    .prepare('orders.page');
  const all = selectOrders(db)
    .where(sql`${orders.id} = any(${given('orderIds')}::uuid[])`)
    .orderBy(orders.createTime)
    .prepare('orders.find_all');
  const changes = db
    .select({
      status: orderStatusChanges.status,
      createTime: orderStatusChanges.createTime,
      cause: orderStatusChanges.cause,
    })
    .from(orderStatusChanges)
    .where(eq(orderStatusChanges.orderId, given('orderId')))
    .orderBy(orderStatusChanges.createTime)
    .prepare('orders.history');

  const findAll = async (orderIds: readonly string[]): Promise<readonly Order[]> =>
    orderIds.length === 0 ? [] : (await all.execute({ orderIds })).map(toOrder);

  return {
    find: async (orderId: string): Promise<Order | undefined> => (await byId.execute({ orderId })).map(toOrder)[0],

    findOwned: async (userId: string, orderId: string): Promise<Order | undefined> =>
      (await owned.execute({ userId, orderId })).map(toOrder)[0],

    /** The order of a request, with the request's fingerprint. */
    findByRequest: async (userId: string, requestId: string) => {
      const [row] = await byRequest.execute({ userId, requestId });
      return row && { order: toOrder(row), fingerprint: row.fingerprint };
    },

    /** Newest first. */
    page: async ({ userId, status, after, limit }: PageQuery): Promise<readonly Order[]> => {
      const from = after ? { createTime: after.createTime.toISOString(), orderId: after.orderId } : first;
      const of = status === undefined ? statuses : [status];
      return (await newest.execute({ userId, statuses: of, ...from, limit })).map(toOrder);
    },

    /** These orders, oldest first, with the requests that a sweep found with them. */
    findSwept: async (found: readonly Swept[]): Promise<readonly SweptOrder[]> => {
      const origins = new Map(found.map(({ orderId, origin }) => [orderId, origin]));
      const read = await findAll([...origins.keys()]);
      return read.map((order) => ({ ...order, origin: origins.get(order.orderId) }));
    },

    /** Oldest first. */
    history: (orderId: string): Promise<StatusChange[]> => changes.execute({ orderId }),

    /** Returns those of `orderIds` that are not PENDING any more. */
    ended: async (orderIds: readonly string[]): Promise<readonly string[]> =>
      orderIds.length === 0 ? [] : findEnded(db, { orderIds }),
  };
}
