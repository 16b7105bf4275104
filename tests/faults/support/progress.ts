import { eventually } from '../../../platform/testing/eventually.ts';
import { openBook } from '../../../testkit/verdict/books.ts';

/** How far a checkout has come, by what its services have committed. */
type Point = 'captured' | 'committed';

const queries: Readonly<Record<Point, { readonly service: 'PRODUCTS' | 'WALLET'; readonly sql: string }>> = {
  captured: { service: 'WALLET', sql: `select 1 from wallet.holds where order_id = $1 and state = 'CAPTURED'` },
  committed: {
    service: 'PRODUCTS',
    sql: `select 1 from products.reservations where order_id = $1 and state = 'COMMITTED'`,
  },
};

export interface Watch {
  /** Whether these orders have come so far. */
  has(point: Point, orderIds: readonly string[]): Promise<boolean>;
  /** Resolves as soon as they have; rejects after 30 s. */
  reached(point: Point, orderIds: readonly string[]): Promise<void>;
  /** Whether the reservations of these orders have expired. */
  expired(orderIds: readonly string[]): Promise<boolean>;
  close(): Promise<void>;
}

/** Looks into the databases, past the proxies, for the moment at which a fault is to come. */
export function watchCheckouts(env: Readonly<NodeJS.ProcessEnv>): Watch {
  const books = {
    PRODUCTS: openBook(env, 'PRODUCTS'),
    WALLET: openBook(env, 'WALLET'),
  };
  const has = async (point: Point, orderIds: readonly string[]): Promise<boolean> => {
    const { service, sql } = queries[point];
    const found = await Promise.all(orderIds.map((orderId) => books[service].unsafe(sql, [orderId])));
    return found.every((rows) => rows.length > 0);
  };
  return {
    has,
    async reached(point, orderIds) {
      const soon = { withinMs: 30_000, everyMs: 3 };
      await eventually(
        `${point} for ${orderIds.join(', ')}`,
        () => has(point, orderIds),
        (yes) => yes,
        soon,
      );
    },
    async expired(orderIds) {
      const rows = await books.PRODUCTS`
        select 1 from products.reservations where order_id = any(${orderIds as string[]}) and state = 'EXPIRED'`;
      return rows.length === orderIds.length;
    },
    close: async () => {
      await Promise.all(Object.values(books).map((book) => book.end({ timeout: 5 })));
    },
  };
}
