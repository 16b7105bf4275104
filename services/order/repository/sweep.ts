import { sql } from 'drizzle-orm';
import type { Executor } from '../../../platform/data/db/database.ts';

async function ids(db: Executor, statement: ReturnType<typeof sql>): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(statement);
  return rows.map((row) => row.id);
}

export interface WaitingOrders {
  /** PENDING, and not known to be started. */
  readonly unstarted: number;
  /** PENDING, and started. */
  readonly started: number;
  /** Age of the oldest PENDING order. */
  readonly oldestSeconds: number;
  /** COMPLETED, with a refund that is wished for. */
  readonly refunding: number;
}

/** The statements of the sweeps (rules S3, S30 and S31). */
export function sweepStatements(db: Executor) {
  return {
    /** Leases up to `limit` unstarted orders, oldest first. SKIP LOCKED gives each order to one caller. */
    leaseUnstarted: (limit: number, leaseSeconds: number) =>
      ids(
        db,
        sql`with due as (
          select id from orders.orders
          where status = 'PENDING' and started_at is null and next_start_at <= now()
          order by create_time limit ${limit} for update skip locked
        )
        update orders.orders as o
        set next_start_at = now() + make_interval(secs => ${leaseSeconds}), start_attempts = o.start_attempts + 1
        from due where o.id = due.id returning o.id`,
      ),

    oldestUnstarted: async (): Promise<Date | undefined> => {
      const { rows } = await db.execute<{ oldest: string | null }>(sql`
        select min(create_time) as oldest from orders.orders where status = 'PENDING' and started_at is null`);
      const [row] = rows;
      return row?.oldest ? new Date(row.oldest) : undefined;
    },

    /** Leaves ended orders alone. Rows are locked in the order of their ids, so that two calls do not deadlock. */
    markStarted: async (orderIds: readonly string[]): Promise<void> => {
      await db.execute(sql`
        update orders.orders set started_at = now() where id in (
          select id from orders.orders
          where id in (select value::uuid from json_array_elements_text(${JSON.stringify(orderIds)}::json))
            and status = 'PENDING'
          order by id for update)`);
    },

    /** PENDING orders last known to be started at least `startedBeforeSeconds` ago, the longest first. */
    stalled: (startedBeforeSeconds: number, limit: number) =>
      ids(
        db,
        sql`select id from orders.orders
        where status = 'PENDING' and started_at <= now() - make_interval(secs => ${startedBeforeSeconds})
        order by started_at limit ${limit}`,
      ),

    /** Counts waiting orders. Each part of the query has its own index, since the metrics ask often. */
    waiting: async (): Promise<WaitingOrders> => {
      const { rows } = await db.execute<Record<keyof WaitingOrders, string>>(sql`
        select u.count as unstarted, s.count as started, r.count as refunding,
          coalesce(extract(epoch from now() - least(u.oldest, s.oldest)), 0) as "oldestSeconds"
        from (select count(*), min(create_time) as oldest from orders.orders
            where status = 'PENDING' and started_at is null) as u,
          (select count(*), min(create_time) as oldest from orders.orders
            where status = 'PENDING' and started_at is not null) as s,
          (select count(*) from orders.orders where status = 'COMPLETED' and next_refund_at is not null) as r`);
      const [row] = rows;
      const number = (name: keyof WaitingOrders) => Math.max(0, Number(row?.[name] ?? 0));
      return {
        unstarted: number('unstarted'),
        started: number('started'),
        oldestSeconds: number('oldestSeconds'),
        refunding: number('refunding'),
      };
    },

    /** Stores the wish for a refund, if it is not stored yet. The sweep may ask for the refund after the delay. */
    wishRefund: async (orderId: string, delaySeconds: number): Promise<void> => {
      await db.execute(sql`
        update orders.orders set next_refund_at = now() + make_interval(secs => ${delaySeconds})
        where id = ${orderId} and status = 'COMPLETED' and next_refund_at is null`);
    },

    /** Leases up to `limit` COMPLETED orders with a refund that is wished for and due. */
    leaseRefunds: (limit: number, leaseSeconds: number) =>
      ids(
        db,
        sql`with due as (
          select id from orders.orders
          where status = 'COMPLETED' and next_refund_at <= now()
          order by next_refund_at limit ${limit} for update skip locked
        )
        update orders.orders as o set next_refund_at = now() + make_interval(secs => ${leaseSeconds})
        from due where o.id = due.id returning o.id`,
      ),
  };
}
