import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { describe } from 'vitest';
import { carefully } from '../../../platform/testing/both-ways.ts';
import { findDeadlocksSoon } from '../../../platform/testing/contention.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { expectInvariants } from '../../../platform/testing/invariants.ts';
import type { Lane } from '../../../platform/testing/model/check-model.ts';
import { modelTest } from '../../../platform/testing/model/model-test.ts';
import type { System } from '../../../platform/testing/model/model.ts';
import { cancelOrder } from '../domain/cancel-order.ts';
import { cancelPendingOrder } from '../domain/cancel-pending-order.ts';
import { cancelRefundedOrder } from '../domain/cancel-refunded-order.ts';
import { claimUnstarted } from '../domain/claim-unstarted.ts';
import { completeOrder } from '../domain/complete-order.ts';
import { createOrder } from '../domain/create-order.ts';
import type { OrderDeps } from '../domain/deps.ts';
import { failOrder } from '../domain/fail-order.ts';
import { listStalled } from '../domain/list-stalled.ts';
import { markStarted } from '../domain/mark-started.ts';
import { sweepRefunds } from '../domain/sweep-refunds.ts';
import { orderInvariants } from '../invariants.ts';
import type { OrderWorkflows } from '../ports.ts';
import { createOrderDeps, newOrder } from './suite.ts';
import {
  listInWords,
  orderCount,
  orderInWords,
  orderModel,
  ordersAfter,
  requestOf,
  type OrderStep,
  type OrdersState,
} from './model.ts';

/** Order 0 comes most often, so that parallel calls often concern the same order. */
const order = fc.constantFrom(0, 0, 0, 0, 1, 2, 3);
/** Order 0 exists from the beginning. */
const created = fc.constantFrom(0, 1, 2, 2, 2, 3);
const step: fc.Arbitrary<OrderStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      call: fc.constant('create' as const),
      order: created,
      fingerprint: fc.constantFrom('x', 'x', 'y'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ call: fc.constantFrom('complete', 'fail', 'cancel', 'refunded'), order }) },
  {
    weight: 3,
    arbitrary: fc.record({ call: fc.constant('cancelByBuyer' as const), order, request: fc.nat({ max: 1 }) }),
  },
  { weight: 3, arbitrary: fc.record({ call: fc.constantFrom('start', 'pass', 'pass'), order }) },
  { weight: 4, arbitrary: fc.record({ call: fc.constantFrom('leaseUnstarted', 'sweepRefunds', 'listStalled') }) },
);

/** So long that no lease ends during the test: a sweep of a later sequence would find the order. */
const leaseSeconds = 86_400;
const refundsAtOnce = 20;
const failure = { reason: 'EXPIRED', message: '', metadata: {} };

/** Fake workflows: a cancel undoes the checkout, a refund is only recorded in `refunds`. */
function workflows(deps: OrderDeps, refunds: string[]): OrderWorkflows {
  return {
    cancel: async ({ orderId }) => {
      const { status } = await cancelPendingOrder(deps, { orderId, cause: 'undone' });
      return status === 'CANCELLED' ? 'CANCELLED' : 'NOT_CANCELLABLE';
    },
    refund: async ({ orderId }) => void refunds.push(orderId),
  };
}

const patient = { withinMs: 10_000, signal: new AbortController().signal };
/** A cancel finds its order ended, because the fake workflows end it at once. */
const changes = { subscribe: () => ({ next: async () => false, close: () => undefined }) };

/** A new buyer with the orders of one sequence. */
function systemOf({ db }: TestDatabase): System<OrderStep> {
  const userId = randomUUID();
  const orderIds: readonly string[] = Array.from({ length: orderCount }, () => randomUUID());
  const requests = Array.from({ length: orderCount }, () => randomUUID());
  const cancels = Array.from({ length: 2 }, () => randomUUID());
  const inside = createOrderDeps(db, { startDelaySeconds: leaseSeconds, refundLeaseSeconds: leaseSeconds, changes });
  const plainly = { ...inside, workflows: workflows(inside, []) };
  const ways = [plainly, { ...plainly, repository: carefully(plainly.repository) }];
  let calls = 0;
  const numbers = (ids: readonly string[]) => listInWords(ids.map((id) => orderIds.indexOf(id)));
  const numbersOf = (found: readonly { orderId: string }[]) => numbers(found.map(({ orderId }) => orderId));
  return {
    perform: async (taken) => {
      // Every other call goes the careful way, so that both ways run beside each other.
      const deps = ways[calls++ % ways.length] ?? plainly;
      const orderId = 'order' in taken ? (orderIds[taken.order] ?? '') : '';
      switch (taken.call) {
        case 'create': {
          const requestId = requests[requestOf(taken.order)] ?? '';
          const input = newOrder({ orderId, userId, requestId, requestFingerprint: taken.fingerprint });
          const { order: made, created } = await createOrder(deps, input);
          return `order ${orderIds.indexOf(made.orderId)} ${made.status}${created ? '' : ' from before'}`;
        }
        case 'complete':
          return (await completeOrder(deps, { orderId })).status;
        case 'fail':
          return (await failOrder(deps, { orderId, failure })).status;
        case 'cancel':
          return (await cancelPendingOrder(deps, { orderId, cause: 'undone' })).status;
        case 'refunded':
          return (await cancelRefundedOrder(deps, { orderId, cause: 'refunded' })).status;
        case 'cancelByBuyer':
          return (await cancelOrder(deps, { ...patient, userId, orderId, requestId: cancels[taken.request] ?? '' }))
            .status;
        case 'start':
          return markStarted(deps, { orderIds: [orderId] }).then(() => 'ok');
        case 'pass':
          return pass(db, orderId).then(() => 'ok');
        case 'leaseUnstarted':
          return numbersOf((await claimUnstarted(deps, { limit: 100, leaseSeconds })).orders);
        case 'sweepRefunds': {
          const refunds: string[] = [];
          await sweepRefunds({ ...deps, workflows: workflows(deps, refunds) }, { limit: refundsAtOnce });
          return numbers(refunds);
        }
        case 'listStalled':
          return numbersOf(await listStalled(deps, { startedBeforeSeconds: leaseSeconds, limit: 100 }));
      }
    },
    look: () => look(db, orderIds),
    // So that the sweeps of the next sequence do not find these orders.
    leave: async () => {
      await markStarted(plainly, { orderIds });
      await sweepRefunds(plainly, { limit: refundsAtOnce });
    },
  };
}

async function pass(db: TestDatabase['db'], orderId: string): Promise<void> {
  const past = sql`now() - interval '2 days'`;
  await db.execute(sql`
    update orders.orders set next_start_at = ${past},
      started_at = case when started_at is null then null else ${past} end,
      next_refund_at = case when next_refund_at is null then null else ${past} end
    where id = ${orderId}`);
}

/** Each order with its changes, sorted by time, each beside the event that was written at that position. */
async function look(db: TestDatabase['db'], orderIds: readonly string[]): Promise<string> {
  const ids = sql.join(
    orderIds.map((id) => sql`${id}::uuid`),
    sql`, `,
  );
  const { rows } = await db.execute<{ id: string; status: string; changes: string[]; events: string[] | null }>(sql`
    select o.id, o.status,
      (select array_agg(status || ' ' || cause order by create_time) from orders.order_status_changes
        where order_id = o.id) as changes,
      (select array_agg(upper(replace(type, 'ecommerce.order.v1.Order', '')) order by seq) from orders.outbox
        where aggregate_id = o.id::text) as events
    from orders.orders o where o.id in (${ids})`);
  const words = rows.map(({ id, status, changes, events }) => {
    const history = [...changes.slice(0, 1), ...changes.slice(1).map((change, at) => tell(change, events?.[at]))];
    const more = (events ?? []).slice(changes.length - 1).map((event) => `event ${event} of no change`);
    return { order: orderIds.indexOf(id), status, history: [...history, ...more] };
  });
  const sorted = words.toSorted((a, b) => a.order - b.order);
  return sorted.map((each) => orderInWords(each.order, each.status, each.history)).join('; ');
}

function tell(change: string, event: string | undefined): string {
  if (event === undefined) return `${change}, no event`;
  return change.startsWith(event) ? `${change}, event` : `${change}, event ${event}`;
}

const firstSteps: readonly OrderStep[] = [
  { call: 'create', order: 0, fingerprint: 'x' },
  { call: 'pass', order: 0 },
];

async function open(): Promise<Lane<OrderStep, OrdersState>> {
  const database = await createTestDatabase('order', 'orders');
  await findDeadlocksSoon(database);
  // No relay publishes the events of this test.
  const invariants = orderInvariants.filter(({ id }) => id !== 'outbox_published_in_time');
  return {
    begin: async () => {
      const system = systemOf(database);
      for (const first of firstSteps) await system.perform(first);
      return { state: ordersAfter(firstSteps), system };
    },
    checkInvariants: () => expectInvariants(database.db, invariants),
    close: () => database.close(),
  };
}

describe('orders beside a model of them', () => {
  modelTest('give the same answers, statuses, changes and events', { name: 'order', model: orderModel, step, open });
});
