import type { Sql } from 'postgres';
import type { Books, Finding, Violation } from './audit.ts';

const batchSize = 1000;

interface OrderFacts {
  readonly id: string;
  readonly status: 'PENDING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  /** It was completed once, whatever it is now. */
  readonly was_completed: boolean;
  readonly total_minor: string;
  /** Product id → pieces. */
  readonly quantities: Readonly<Record<string, number>>;
}

interface HoldFacts {
  readonly order_id: string;
  readonly state: string;
  readonly amount_minor: string | null;
  readonly refunded_minor: string;
}

interface ReservationFacts {
  readonly order_id: string;
  readonly state: string;
  readonly restocked: boolean;
  readonly quantities: Readonly<Record<string, number>>;
}

interface OneOrder {
  readonly order: OrderFacts;
  readonly hold: HoldFacts | undefined;
  readonly reservation: ReservationFacts | undefined;
}

const promises: readonly { name: string; holds: (facts: OneOrder) => boolean }[] = [
  {
    name: 'a completed order is paid and its goods are sold; any other ended order has neither',
    holds: ({ order, hold, reservation }) => {
      const kept = hold?.state === 'CAPTURED' && hold.refunded_minor !== hold.amount_minor;
      const sold = reservation?.state === 'COMMITTED' && !reservation.restocked;
      const completed = order.status === 'COMPLETED';
      return kept === completed && sold === completed;
    },
  },
  {
    name: 'an order that was completed and then cancelled is refunded in full and restocked',
    holds: ({ order, hold, reservation }) =>
      !(order.status === 'CANCELLED' && order.was_completed) ||
      (hold?.refunded_minor === hold?.amount_minor && reservation?.restocked === true),
  },
  {
    name: 'what was taken is what the order costs, and what is set aside is what it lists',
    holds: ({ order, hold, reservation }) =>
      (hold?.state !== 'CAPTURED' || hold.amount_minor === order.total_minor) &&
      (reservation?.state !== 'COMMITTED' || sameQuantities(reservation.quantities, order.quantities)),
  },
  {
    name: 'an ended order holds neither money nor stock',
    holds: ({ order, hold, reservation }) =>
      order.status === 'PENDING' || (hold?.state !== 'HELD' && reservation?.state !== 'ACTIVE'),
  },
];

/** Checks that orders, money and stock agree, over all orders that ended at least `settledSeconds` ago. */
export async function crossChecks(books: Books, settledSeconds: number): Promise<Finding[]> {
  const found = promises.map((promise) => ({ invariant: promise.name, violations: [] as Violation[] }));
  for await (const batch of endedOrders(books.orders, settledSeconds)) {
    const ids = batch.map((order) => order.id);
    const [holds, reservations] = await Promise.all([holdsOf(books.wallet, ids), reservationsOf(books.products, ids)]);
    for (const order of batch) {
      const facts = { order, hold: holds.get(order.id), reservation: reservations.get(order.id) };
      for (const [index, promise] of promises.entries()) {
        if (!promise.holds(facts)) found[index]?.violations.push({ ...facts });
      }
    }
  }
  return [...found, await strangers(books)];
}

function sameQuantities(left: Readonly<Record<string, number>>, right: Readonly<Record<string, number>>): boolean {
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => left[key] === right[key]);
}

async function* endedOrders(orders: Sql, settledSeconds: number): AsyncGenerator<OrderFacts[]> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const batch = await orders<OrderFacts[]>`
      select o.id, o.status, o.completed_at is not null as was_completed, o.total_minor::text,
        (select jsonb_object_agg(product_id, pieces) from (
          select product_id, sum(quantity) as pieces from orders.order_items where order_id = o.id group by product_id
        ) as lines) as quantities
      from orders.orders o
      where o.id > ${after} and o.status <> 'PENDING'
        and o.update_time <= now() - make_interval(secs => ${settledSeconds})
      order by o.id limit ${batchSize}`;
    if (batch.length === 0) return;
    yield batch;
    after = batch.at(-1)?.id ?? after;
  }
}

async function holdsOf(wallet: Sql, ids: readonly string[]): Promise<Map<string, HoldFacts>> {
  const rows = await wallet<HoldFacts[]>`
    select h.order_id, h.state, h.amount_minor::text, coalesce(r.amount_minor, 0)::text as refunded_minor
    from wallet.holds h left join wallet.refunds r on r.order_id = h.order_id
    where h.order_id = any(${ids as string[]})`;
  return new Map(rows.map((row) => [row.order_id, row]));
}

async function reservationsOf(products: Sql, ids: readonly string[]): Promise<Map<string, ReservationFacts>> {
  const rows = await products<ReservationFacts[]>`
    select r.order_id, r.state, r.restocked_at is not null as restocked,
      coalesce((select jsonb_object_agg(product_id, quantity) from products.reservation_lines
        where order_id = r.order_id), '{}') as quantities
    from products.reservations r where r.order_id = any(${ids as string[]})`;
  return new Map(rows.map((row) => [row.order_id, row]));
}

/** Money taken, or goods sold, for an order that nobody knows. */
async function strangers({ orders, wallet, products }: Books): Promise<Finding> {
  const violations: Violation[] = [];
  for (const source of [
    { book: wallet, query: `select order_id from wallet.holds where state = 'CAPTURED'` },
    { book: products, query: `select order_id from products.reservations where state = 'COMMITTED'` },
  ]) {
    for await (const rows of source.book.unsafe<{ order_id: string }[]>(source.query).cursor(batchSize)) {
      const ids = rows.map((row) => row.order_id);
      const known = await orders<{ id: string }[]>`select id from orders.orders where id = any(${ids})`;
      const there = new Set(known.map((row) => row.id));
      violations.push(...rows.filter((row) => !there.has(row.order_id)));
    }
  }
  return { invariant: 'no money was taken and no goods were sold for an order that nobody knows', violations };
}
