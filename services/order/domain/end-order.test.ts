import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderEventSchema } from '../../../proto/order-events.ts';
import { carefully, describeBothWays } from '../../../platform/testing/both-ways.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { refusal } from '../../../platform/testing/refusal.ts';
import { recordStatements } from '../../../platform/testing/statements.ts';
import type { OrderRepository } from '../repository/index.ts';
import type { Change } from '../repository/write.ts';
import { createOrderDeps, newOrder } from '../testing/suite.ts';
import { cancelPendingOrder } from './cancel-pending-order.ts';
import { cancelRefundedOrder } from './cancel-refunded-order.ts';
import { completeOrder } from './complete-order.ts';
import { createOrder } from './create-order.ts';
import type { OrderDeps } from './deps.ts';
import { failOrder } from './fail-order.ts';

let database: TestDatabase;
let deps: OrderDeps;
beforeAll(async () => {
  database = await createTestDatabase('order', 'orders');
  deps = createOrderDeps(database.db);
});
afterAll(() => database.close());

const failure = { reason: 'OUT_OF_STOCK', message: 'sold out', metadata: { productId: 'p' } };

async function created(): Promise<string> {
  const { order } = await createOrder(deps, newOrder());
  return order.orderId;
}

/** Each way to end an order. */
const ends = {
  complete: (way: OrderDeps, orderId: string) => completeOrder(way, { orderId }),
  fail: (way: OrderDeps, orderId: string) => failOrder(way, { orderId, failure }),
  failWithoutDetails: (way: OrderDeps, orderId: string) =>
    failOrder(way, { orderId, failure: { reason: '', message: '', metadata: {} } }),
  cancel: (way: OrderDeps, orderId: string) => cancelPendingOrder(way, { orderId, cause: 'undone' }),
  refund: async (way: OrderDeps, orderId: string) => {
    await completeOrder(way, { orderId });
    return cancelRefundedOrder(way, { orderId, cause: 'refunded' });
  },
};
type EndName = keyof typeof ends;
const endNames = Object.keys(ends) as EndName[];

async function events(orderId: string) {
  const { rows } = await database.db.execute<{ type: string; data: unknown; topic: string; source: string }>(
    sql`select type, topic, source, data from orders.outbox where aggregate_id = ${orderId} order by seq`,
  );
  return rows;
}

describeBothWays(
  'ending',
  () => deps,
  () => {
    test.each(endNames)('%s answers the order as it is stored', async (name) => {
      const orderId = await created();
      const answer = await ends[name](deps, orderId);
      const stored = await deps.repository.find(orderId);
      // The end of a checkout is answered with the time at which it completed.
      const updateTime = answer.status === 'COMPLETED' ? stored?.completedTime : stored?.updateTime;
      expect(answer).toEqual({ ...stored, updateTime });
    });

    test('the first of many different ends at the same time wins; all get it, and there is one event (rules S19, S35)', async () => {
      // Which call wins is decided in microseconds, so only many rounds show that it does not matter.
      for (let round = 0; round < 50; round++) {
        const orderId = await created();
        const calls = (['complete', 'fail', 'cancel', 'complete', 'fail', 'cancel'] as const).map((name) => ends[name]);
        const answers = await Promise.all(calls.map((end) => end(deps, orderId)));
        const [status, ...others] = new Set(answers.map((answer) => answer.status));
        expect(others).toEqual([]);
        const happened = await events(orderId);
        expect(happened.map(({ data }) => orderEventSchema.parse(data).status)).toEqual([status]);
        const history = await deps.repository.history(orderId);
        expect(history.map((change) => change.status)).toEqual(['PENDING', status]);
      }
    });

    test('an end that is repeated gets the first answer', async () => {
      const orderId = await created();
      const first = await failOrder(deps, { orderId, failure });
      const other = { ...failure, reason: 'EXPIRED' };
      expect(await failOrder(deps, { orderId, failure: other })).toEqual(first);
      expect(await completeOrder(deps, { orderId })).toEqual(first);
      expect(await events(orderId)).toHaveLength(1);
    });

    test('an end is counted once: not its repeat, and not a refund', async () => {
      const counted: string[] = [];
      const metrics = { ...deps.metrics, checkoutEnded: ({ status }: { status: string }) => void counted.push(status) };
      const counting = { ...deps, metrics };
      const orderId = await created();
      for (const end of [ends.complete, ends.complete, ends.fail]) await end(counting, orderId);
      await cancelRefundedOrder(counting, { orderId, cause: 'refunded' });
      expect(counted).toEqual(['COMPLETED']);
    });

    test('an unknown order is not found, and a refund of an order that never completed is refused', async () => {
      for (const end of [ends.complete, ends.fail, ends.cancel]) {
        expect(await refusal(end(deps, randomUUID()))).toBe('not_found ORDER_NOT_FOUND');
      }
      const orderId = await created();
      const refund = () => refusal(cancelRefundedOrder(deps, { orderId, cause: 'refunded' }));
      expect(await refund()).toBe('failed_precondition ORDER_CLOSED');
      await ends.fail(deps, orderId);
      expect(await refund()).toBe('failed_precondition ORDER_CLOSED');
    });

    test('an order that is created while its end is being written ends, with one event', async () => {
      const request = newOrder();
      const { orderId } = request;
      const repository: OrderRepository = {
        ...deps.repository,
        transaction: (work) =>
          deps.repository.transaction((statements) => {
            const changeStatus = async (change: Change) => {
              const hasChanged = await statements.changeStatus(change);
              if (!hasChanged) await createOrder(deps, request);
              return hasChanged;
            };
            return work({ ...statements, changeStatus });
          }),
      };
      expect(await completeOrder({ ...deps, repository }, { orderId })).toMatchObject({ status: 'COMPLETED' });
      expect(await events(orderId)).toHaveLength(1);
    });

    test('the history has the changes in their order, even if the transaction of the later one began first', async () => {
      const { repository } = deps;
      const orderId = await created();
      await repository.transaction(async (tx) => {
        await tx.find(orderId);
        await completeOrder(deps, { orderId });
        await tx.changeStatus({ orderId, from: 'COMPLETED', to: 'CANCELLED', cause: 'refunded' });
      });
      const history = await repository.history(orderId);
      expect(history.map(({ status }) => status)).toEqual(['PENDING', 'COMPLETED', 'CANCELLED']);
    });
  },
);

test.each(endNames)('%s writes the same event and history in one statement as carefully', async (name) => {
  const request = newOrder();
  const told = async (way: OrderDeps) => {
    const order = { ...request, orderId: randomUUID(), requestId: randomUUID() };
    await createOrder(deps, order);
    await ends[name](way, order.orderId);
    const stored = await deps.repository.find(order.orderId);
    const event = (await events(order.orderId)).at(-1);
    const { orderId, occurTime, ...data } = orderEventSchema.parse(event?.data);
    expect({ ...data, orderId, occurTime }).toEqual(event?.data);
    expect({ orderId, occurTime }).toEqual({ orderId: order.orderId, occurTime: stored?.updateTime.toISOString() });
    const history = await deps.repository.history(orderId);
    return { ...event, data, history: history.map(({ status, cause }) => ({ status, cause })) };
  };
  expect(await told(deps)).toEqual(await told({ ...deps, repository: carefully(deps.repository) }));
});

test('an order ends in one statement; a repeat also looks carefully', async () => {
  for (const end of [ends.complete, ends.fail, ends.cancel]) {
    const orderId = await created();
    expect(await recordStatements(database, () => end(deps, orderId))).toEqual(['orders.end']);
    const repeated = await recordStatements(database, () => end(deps, orderId));
    expect(repeated.slice(0, 2)).toEqual(['orders.end', 'begin']);
  }
});
