import { sql } from 'drizzle-orm';
import type { Database } from '../../../platform/data/db/database.ts';
import { onlyFilter } from '../../../platform/data/db/filter.ts';
import { nextDue } from '../../../platform/data/db/next-due.ts';
import { statement, type Given } from '../../../platform/data/db/statement.ts';
import { currentOrigin, storedOrigin } from '../../../platform/telemetry/request-context.ts';
import type { Swept } from './read.ts';

export interface LeasedOrders {
  readonly found: readonly Swept[];
  /** When the oldest unstarted order, leased or not, was accepted. */
  readonly oldestTime: Date | undefined;
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
export function sweepStatements(db: Database) {
  return {
    /** Leases up to `limit` unstarted orders. SKIP LOCKED gives each order to one caller. */
    leaseUnstarted: async (limit: number, leaseSeconds: number): Promise<LeasedOrders> => {
      const [answer] = await leaseUnstarted(db, { limit, leaseSeconds });
      return { found: (answer?.found ?? []).map(toSwept), oldestTime: answer?.oldest ?? undefined };
    },

    /** Leaves ended orders alone. Rows are locked in the order of their ids, so that two calls do not deadlock. */
    markStarted: async (orderIds: readonly string[]): Promise<void> => void (await markStarted(db, { orderIds })),

    /** PENDING orders last known to be started at least `startedBeforeSeconds` ago, the longest first. */
    stalled: (startedBeforeSeconds: number, limit: number): Promise<readonly Swept[]> =>
      stalled(db, { startedBeforeSeconds, limit }),

    /** In how many milliseconds the next refund is due to be asked for; `Infinity` if none is wished for. */
    nextRefundMs: () => nextRefund(db),

    /** Leases up to `limit` COMPLETED orders with a refund that is wished for and due. */
    leaseRefunds: (limit: number, leaseSeconds: number): Promise<readonly WishedRefund[]> =>
      leaseRefunds(db, { limit, leaseSeconds }),

    /** Counts waiting orders. Each part of the query has its own index, since the metrics ask often. */
    waiting: async (): Promise<WaitingOrders> => {
      const [row] = await waiting(db, {});
      const number = (name: keyof WaitingOrders) => Math.max(0, Number(row?.[name] ?? 0));
      return {
        unstarted: number('unstarted'),
        started: number('started'),
        oldestSeconds: number('oldestSeconds'),
        refunding: number('refunding'),
      };
    },
  };
}

/** A refund that is wished for, with the request that wished for it. */
export interface WishedRefund extends Swept {
  /** By whom and why; undefined if a version that kept no cause stored the wish. */
  readonly cause: string | undefined;
}

export interface RefundWish {
  readonly orderId: string;
  readonly cause: string;
  /** After so many seconds the sweep may ask for the refund. */
  readonly delaySeconds: number;
}

/** The statement that stores the wish for a refund. */
export function refundStatements(db: Database) {
  return {
    /**
     * Stores the wish for a refund, if none is stored yet: of two wishes at the same time, the first one's cause is
     * and request are kept. @returns the wish that is stored; undefined if the order is not COMPLETED
     */
    wishRefund: async (wish: RefundWish): Promise<WishedRefund | undefined> => {
      const { requestId = null, traceparent = null } = currentOrigin() ?? {};
      return (await wishRefund(db, { ...wish, requestId, traceparent }))[0];
    },
  };
}

interface Lease {
  readonly limit: number;
  readonly leaseSeconds: number;
}

/** An order's id with the columns of a request. */
interface SweptRow {
  readonly id: string;
  readonly request_id: string | null;
  readonly traceparent: string | null;
}

const toSwept = ({ id, request_id: requestId, traceparent }: SweptRow): Swept => ({
  orderId: id,
  origin: storedOrigin(requestId, traceparent),
});

const leaseUnstarted = statement<Lease, { readonly found: readonly SweptRow[]; readonly oldest: Date | null }>(
  'orders.lease_unstarted',
  (given) => sql`
    with due as (
      select id from orders.orders
      where status = 'PENDING' and started_at is null and next_start_at <= now()
      order by next_start_at limit ${given.limit} for update skip locked
    ), leased as (
      update orders.orders as o
      set next_start_at = now() + make_interval(secs => ${given.leaseSeconds}), start_attempts = o.start_attempts + 1
      where o.id = any(array(select id from due))
      returning o.id, o.origin_request_id as request_id, o.origin_traceparent as traceparent
    )
    select (select coalesce(json_agg(leased), '[]') from leased) as found,
      (select create_time from orders.orders where status = 'PENDING' and started_at is null
        order by create_time limit 1) as oldest`,
);

const isPending = onlyFilter(sql`status = 'PENDING'`);
const markStarted = statement<{ readonly orderIds: readonly string[] }, object>(
  'orders.mark_started',
  (given) => sql`
    update orders.orders set started_at = now() where id in (
      select id from orders.orders where id = any(${given.orderIds}::uuid[]) and ${isPending}
      order by id for update)`,
);

const stalled = statement(
  'orders.stalled',
  (given: Given<{ readonly startedBeforeSeconds: number; readonly limit: number }>) => sql`
    select id, origin_request_id as request_id, origin_traceparent as traceparent from orders.orders
    where status = 'PENDING' and started_at <= now() - make_interval(secs => ${given.startedBeforeSeconds})
    order by started_at limit ${given.limit}`,
  toSwept,
);

const nextRefund = nextDue(
  'orders.next_refund',
  sql`
    select next_refund_at from orders.orders where status = 'COMPLETED' and next_refund_at is not null
    order by next_refund_at limit 1`,
);

const wishColumns = sql.raw(
  'o.id, o.refund_cause, o.refund_request_id as request_id, o.refund_traceparent as traceparent',
);

const toWish = ({
  refund_cause: cause,
  ...row
}: SweptRow & { readonly refund_cause: string | null }): WishedRefund => ({
  ...toSwept(row),
  cause: cause ?? undefined,
});

interface WishValues extends RefundWish {
  readonly requestId: string | null;
  readonly traceparent: string | null;
}

// It always writes, so that it waits for another wish of the same order and then sees that one's cause.
const wishRefund = statement(
  'orders.wish_refund',
  (given: Given<WishValues>) => sql`
    update orders.orders as o set
      refund_request_id = case when next_refund_at is null then ${given.requestId} else refund_request_id end,
      refund_traceparent = case when next_refund_at is null then ${given.traceparent} else refund_traceparent end,
      refund_cause = case when next_refund_at is null then ${given.cause} else refund_cause end,
      next_refund_at = coalesce(next_refund_at, now() + make_interval(secs => ${given.delaySeconds}))
    where id = ${given.orderId}::uuid and status = 'COMPLETED' returning ${wishColumns}`,
  toWish,
);

const leaseRefunds = statement(
  'orders.lease_refunds',
  (given: Given<Lease>) => sql`
    with due as (
      select id from orders.orders
      where status = 'COMPLETED' and next_refund_at <= now()
      order by next_refund_at limit ${given.limit} for update skip locked
    )
    update orders.orders as o set next_refund_at = now() + make_interval(secs => ${given.leaseSeconds})
    where o.id = any(array(select id from due)) returning ${wishColumns}`,
  toWish,
);

const waiting = statement<object, Record<keyof WaitingOrders, string>>(
  'orders.waiting',
  () => sql`
    select u.count as unstarted, s.count as started, r.count as refunding,
      coalesce(extract(epoch from now() - least(u.oldest, s.oldest)), 0) as "oldestSeconds"
    from (select count(*), min(create_time) as oldest from orders.orders
        where status = 'PENDING' and started_at is null) as u,
      (select count(*), min(create_time) as oldest from orders.orders
        where status = 'PENDING' and started_at is not null) as s,
      (select count(*) from orders.orders where status = 'COMPLETED' and next_refund_at is not null) as r`,
);
