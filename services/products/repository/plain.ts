import { sql } from 'drizzle-orm';
import type { Database } from '../../../platform/data/db/database.ts';
import { statement, unlessRefusedByCheck, type Given } from '../../../platform/data/db/statement.ts';
import type { Line, PricedLine } from '../domain/types.ts';

/**
 * The steps of an order, each as one statement that has its effect only if everything is plain: the order's key is new
 * or in the expected state, and nothing is short, changed or late. Otherwise it writes nothing and answers `undefined`.
 * The verb then goes the careful way, which finds out what is the matter.
 */
export function plainSteps(db: Database) {
  return {
    /** @returns when the new reservation expires */
    reserve: async ({ orderId, lines, ttlSeconds }: NewReservation): Promise<Date | undefined> => {
      const input = { orderId, lines: toJson(lines), ttlSeconds };
      const [reserved] = (await unlessRefusedByCheck(reserveStock(db, input))) ?? [];
      return reserved?.expires_at;
    },

    /** @returns the lines that are sold now */
    commit: async (orderId: string): Promise<readonly Line[] | undefined> => {
      const lines = await commitStock(db, { orderId });
      return lines.length === 0 ? undefined : lines;
    },
  };
}

export type PlainSteps = ReturnType<typeof plainSteps>;

export interface NewReservation {
  readonly orderId: string;
  /** At least one, and one for each product. */
  readonly lines: readonly PricedLine[];
  readonly ttlSeconds: number;
}

function toJson(lines: readonly PricedLine[]): string {
  return JSON.stringify(
    lines.map(({ productId, quantity, unitPrice: { minorUnits, currencyCode } }) => {
      return { product_id: productId, quantity, price_minor: String(minorUnits), currency_code: currencyCode };
    }),
  );
}

// What Postgres does with such statements at the same time. All CTEs read one snapshot, taken when the statement began.
// A locking CTE and an UPDATE wait for a row that another transaction has changed. Then they go on with its newest
// version: they check their conditions on it again, and an UPDATE computes from it (EvalPlanQual). What they join it
// with stays as it was in the snapshot. So what must still be true once a product is locked stands in the UPDATE itself.

// The reservation's row comes before the products' rows, and these are locked in the order of their ids (rule S38):
// `locked` needs what `claimed` returns, and Postgres locks rows after it has sorted them. The snapshot tells whether
// everything is plain; if not, nothing is inserted. If a product is no longer as in the snapshot when it is locked, the
// CHECK on `reserved` refuses the whole statement: too many pieces break it, and for a new price or a deletion −1 does.
// The lines are JSON because Postgres then expects equally many for every order, and makes the plan only once.
const reserveStock = statement(
  'products.reserve',
  (given: Given<{ orderId: string; lines: string; ttlSeconds: number }>) => sql`
    with wanted as (
      select * from jsonb_to_recordset(${given.lines}::jsonb)
        as line (product_id uuid, quantity integer, price_minor bigint, currency_code text)
    ), claimed as (
      insert into products.reservations (order_id, state, expires_at)
      select ${given.orderId}::uuid, 'ACTIVE', clock_timestamp() + make_interval(secs => ${given.ttlSeconds}::int)
      where not exists (
        select from wanted where (
          select product.deleted_at is null and product.price_minor = wanted.price_minor
            and product.currency_code = wanted.currency_code and product.on_hand - product.reserved >= wanted.quantity
          from products.products as product where product.id = wanted.product_id
        ) is not true
      )
      on conflict (order_id) do nothing
      returning order_id, expires_at
    ), locked as (
      select product.id from claimed, products.products as product
      where product.id = any(array(select product_id from wanted))
      order by product.id for no key update of product
    ), moved as (
      update products.products as product
      set reserved = case
        when product.deleted_at is null and product.price_minor = wanted.price_minor
          and product.currency_code = wanted.currency_code
        then product.reserved + wanted.quantity else -1 end
      from locked join wanted on wanted.product_id = locked.id
      where product.id = locked.id
      returning product.id, wanted.quantity
    ), listed as (
      insert into products.reservation_lines (order_id, product_id, quantity)
      select claimed.order_id, moved.id, moved.quantity from claimed, moved
    )
    select expires_at from claimed`,
  (row: { expires_at: Date }) => row,
);

// The clock is read after the reservation is locked: Postgres never merges a locking CTE into another one. The lines
// never change, so the snapshot has them as they are. Their pieces are set aside, so the products need no condition.
const commitStock = statement(
  'products.commit',
  (given: Given<{ orderId: string }>) => sql`
    with locked as (
      select order_id, state, expires_at from products.reservations where order_id = ${given.orderId}::uuid for update
    ), plain as (
      select order_id from locked where state = 'ACTIVE' and clock_timestamp() < expires_at
    ), goods as (
      select product.id, line.quantity
      from plain join products.reservation_lines as line on line.order_id = plain.order_id
        join products.products as product on product.id = line.product_id
      order by product.id for no key update of product
    ), sold as (
      update products.products as product
      set reserved = product.reserved - goods.quantity, on_hand = product.on_hand - goods.quantity
      from goods where product.id = goods.id
      returning product.id, goods.quantity
    ), booked as (
      insert into products.stock_movements (product_id, kind, delta, order_id)
      select sold.id, 'commit', - sold.quantity, plain.order_id from plain, sold
    ), ended as (
      update products.reservations as reservation set state = 'COMMITTED', closed_at = now()
      from plain where reservation.order_id = plain.order_id
    )
    select id, quantity from sold`,
  (row: { id: string; quantity: number }): Line => ({ productId: row.id, quantity: row.quantity }),
);
