import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createOrderSuite, newOrder, type OrderSuite } from '../testing/suite.ts';

let suite: OrderSuite;
beforeEach(async () => {
  suite ??= await createOrderSuite({ start: false });
  await suite.database.db.execute('truncate orders.orders cascade');
});
afterAll(() => suite.close());

/** Creates an order and moves its times into the past. @returns its id */
async function created(secondsAgo = 60): Promise<string> {
  const request = newOrder();
  await suite.write.create(request);
  await suite.database.db.execute(
    `update orders.orders set create_time = create_time - interval '${secondsAgo} s',
       next_start_at = next_start_at - interval '${secondsAgo} s' where id = '${request.orderId}'`,
  );
  return request.orderId;
}

async function startedAgo(orderId: string, seconds: number): Promise<void> {
  await suite.database.db.execute(
    `update orders.orders set started_at = now() - interval '${seconds} s' where id = '${orderId}'`,
  );
}

const claim = async (limit = 100) => {
  const answer = await suite.write.claimUnstarted({ limit, leaseSeconds: 30 });
  return answer.orders.map((order) => order.order?.orderId);
};

describe('unstarted orders', () => {
  test('parallel calls get each order once, and none is left out', async () => {
    const made: string[] = [];
    for (let count = 0; count < 30; count++) made.push(await created());
    const claims = await Promise.all(Array.from({ length: 10 }, () => claim(5)));
    const rest = await claim();
    const all = [...claims.flat(), ...rest];
    expect(all).toHaveLength(30);
    expect(new Set(all)).toEqual(new Set(made));
  });

  test('the oldest come first, and a leased order comes again only after its lease', async () => {
    const young = await created(10);
    const old = await created(100);
    expect(await claim(1)).toEqual([old]);
    expect(await claim()).toEqual([young]);
    expect(await claim()).toEqual([]);
    await suite.database.db.execute(`update orders.orders set next_start_at = now() where id = '${old}'`);
    expect(await claim()).toEqual([old]);
  });

  test('a new order is left to its creator for a while, but already counts as the oldest unstarted', async () => {
    const request = newOrder();
    const { order } = await suite.write.create(request);
    const answer = await suite.write.claimUnstarted({ limit: 10, leaseSeconds: 30 });
    expect(answer.orders).toEqual([]);
    expect(answer.oldestUnstartedTime).toEqual(order?.order?.createTime);
  });

  test('a started or ended order is never leased', async () => {
    const [started, ended] = [await created(), await created()];
    await suite.write.markStarted({ orderIds: [started] });
    await suite.write.fail({ orderId: ended, failure: { reason: 'EXPIRED' } });
    const answer = await suite.write.claimUnstarted({ limit: 10, leaseSeconds: 30 });
    expect(answer.orders).toEqual([]);
    expect(answer.oldestUnstartedTime).toBeUndefined();
  });
});

describe('stalled orders', () => {
  const stalled = async () => {
    const answer = await suite.write.listStalled({ startedBeforeSeconds: 60, limit: 10 });
    return answer.orders.map((order) => order.order?.orderId);
  };

  test('PENDING orders that were started long ago are listed; young, ended and unstarted orders are not', async () => {
    const [long, short, ended] = [await created(), await created(), await created()];
    await created(600);
    await startedAgo(long, 61);
    await startedAgo(short, 30);
    await startedAgo(ended, 90);
    await suite.write.complete({ orderId: ended });
    expect(await stalled()).toEqual([long]);
  });

  test('an order that is marked as started again is no longer listed', async () => {
    const orderId = await created();
    await startedAgo(orderId, 61);
    await suite.write.markStarted({ orderIds: [orderId] });
    expect(await stalled()).toEqual([]);
  });
});
