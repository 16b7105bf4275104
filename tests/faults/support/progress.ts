import { eventually } from '../../../platform/testing/eventually.ts';
import { openBook } from '../../../testkit/verdict/books.ts';

/** A point that a checkout has reached, as the services' databases show it. */
type Point = 'captured' | 'committed';

const queries: Readonly<Record<Point, { readonly service: 'PRODUCTS' | 'WALLET'; readonly sql: string }>> = {
  captured: { service: 'WALLET', sql: `select 1 from wallet.holds where order_id = $1 and state = 'CAPTURED'` },
  committed: {
    service: 'PRODUCTS',
    sql: `select 1 from products.reservations where order_id = $1 and state = 'COMMITTED'`,
  },
};

export interface Watch {
  /** True if all these orders have reached the point. */
  has(point: Point, orderIds: readonly string[]): Promise<boolean>;
  /** Resolves when all these orders have reached the point. Rejects after 30 s. */
  reached(point: Point, orderIds: readonly string[]): Promise<void>;
  /** True if the reservations of all these orders have expired. */
  expired(orderIds: readonly string[]): Promise<boolean>;
  close(): Promise<void>;
}

/** Reads the databases without the proxies, to find the right moment for a fault. */
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
