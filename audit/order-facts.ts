import type { Book, Row } from './book.ts';

export interface OrderFacts extends Row {
  readonly id: string;
  readonly status: 'PENDING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  /** Whether it was ever COMPLETED. */
  readonly was_completed: boolean;
  /** Whether a refund was requested. Then the refund may be unfinished (rule S31). */
  readonly refunding: boolean;
  readonly total_minor: string;
  readonly currency_code: string;
  /** Product id → pieces. */
  readonly quantities: Readonly<Record<string, number>> | null;
}

export interface HoldFacts extends Row {
  readonly order_id: string;
  readonly state: 'HELD' | 'CAPTURED' | 'VOIDED' | 'EXPIRED';
  readonly amount_minor: string | null;
  readonly currency_code: string | null;
  readonly refunded_minor: string;
  readonly ended_at: Date | null;
}

export interface ReservationFacts extends Row {
  readonly order_id: string;
  readonly state: 'ACTIVE' | 'COMMITTED' | 'RELEASED' | 'EXPIRED';
  readonly restocked: boolean;
  readonly quantities: Readonly<Record<string, number>>;
}

/** The orders that ended at least `settledSeconds` ago, in batches. */
export function endedOrders(orders: Book, settledSeconds: number): AsyncGenerator<OrderFacts[]> {
  return orders.batches<OrderFacts>(
    `select o.id, o.status, o.completed_at is not null as was_completed, o.next_refund_at is not null as refunding,
       o.total_minor::text, o.currency_code,
       (select jsonb_object_agg(product_id, pieces) from (
         select product_id, sum(quantity) as pieces from orders.order_items where order_id = o.id group by product_id
       ) as lines) as quantities
     from orders.orders o
     where o.status <> 'PENDING' and o.update_time <= now() - make_interval(secs => $1)`,
    [settledSeconds],
  );
}

export async function holdsOf(wallet: Book, ids: readonly string[]): Promise<Map<string, HoldFacts>> {
  const rows = await wallet.rows<HoldFacts>(
    `select h.order_id, h.state, h.amount_minor::text, h.currency_code, h.ended_at,
       coalesce(r.amount_minor, 0)::text as refunded_minor
     from wallet.holds h left join wallet.refunds r on r.order_id = h.order_id
     where h.order_id = any($1)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.order_id, row]));
}

export async function reservationsOf(products: Book, ids: readonly string[]): Promise<Map<string, ReservationFacts>> {
  const rows = await products.rows<ReservationFacts>(
    `select r.order_id, r.state, r.restocked_at is not null as restocked,
       coalesce((select jsonb_object_agg(product_id, quantity) from products.reservation_lines
         where order_id = r.order_id), '{}') as quantities
     from products.reservations r where r.order_id = any($1)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.order_id, row]));
}

/** The ids of those orders that exist in the order service. */
export async function knownOrders(orders: Book, ids: readonly string[]): Promise<Set<string>> {
  const rows = await orders.rows<{ id: string }>(`select id from orders.orders where id = any($1)`, [ids]);
  return new Set(rows.map((row) => row.id));
}
