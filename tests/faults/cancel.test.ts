import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Buyer } from './support/buyer.ts';
import { endOf } from './support/load.ts';
import { points, watchCheckouts, type Point, type Watch } from './support/progress.ts';
import { newBuyers } from './support/races.ts';
import { scenario, type Scenario } from './support/scenario.ts';

/** With this way to the database a checkout takes about a second, and the drawn moments fall on all of it. */
const slowly = { mode: 'latency', ms: 12, jitterMs: 3 } as const;
const latestMs = 1200;

async function fullCarts(run: Scenario, count: number): Promise<Buyer[]> {
  const product = await run.shop.product(800, 10_000);
  const buyers = await newBuyers(run, count, 100_000);
  for (const buyer of buyers) await buyer.fillCart([{ productId: product.productId, quantity: 1 }]);
  return buyers;
}

scenario('cancelled at every point: what was answered is how it ended', async (run) => {
  const buyers = await fullCarts(run, 40);
  const delays = buyers.map(() => run.random.between(0, latestMs));
  await run.proxies?.set('postgres', slowly);
  const ends = await Promise.all(
    buyers.map(async (buyer, index) => {
      const wish = buyer.wish();
      await buyer.checkOut(wish);
      await sleep(delays[index]);
      const cancelled = await buyer.cancel(wish);
      return { cancelled, status: (await endOf(buyer, wish)).status };
    }),
  );
  for (const { cancelled, status } of ends) {
    expect(status).toBe(cancelled ? 'ORDER_STATUS_CANCELLED' : 'ORDER_STATUS_COMPLETED');
  }
  run.timeline.note(`${ends.filter(({ cancelled }) => cancelled).length} of ${ends.length} came in time`);
  await run.judge();
});

scenario('terminated by an operator at every point: settled, paid and delivered or neither', async (run) => {
  const buyers = await fullCarts(run, 30);
  const delays = buyers.map(() => run.random.between(0, latestMs));
  await run.proxies?.set('postgres', slowly);
  const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  const client = new Client({ connection });
  try {
    await Promise.all(
      buyers.map(async (buyer, index) => {
        const wish = buyer.wish();
        const orderId = await buyer.checkOut(wish);
        await sleep(delays[index]);
        try {
          await client.workflow.getHandle(`checkout-${orderId}`).terminate('a fault test');
          run.timeline.note(`terminate checkout-${orderId} after ${delays[index]} ms`);
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        }
        // An operator's hand shows in no answer: PENDING until the sweep has found it, then as far as the money went.
        expect((await endOf(buyer, wish, 90_000)).status).toMatch(/COMPLETED|FAILED/);
      }),
    );
  } finally {
    await connection.close();
  }
  await run.judge();
});

/** The worker dies once the order has come so far; its buyer cancels while nobody works. */
async function killAndCancel(run: Scenario, watch: Watch, buyer: Buyer, point: Point): Promise<void> {
  const wish = buyer.wish();
  const orderId = await buyer.checkOut(wish);
  await watch.reached(point, [orderId]);
  for (const worker of run.parts.of('worker')) run.parts.kill(worker);
  const reached = await farthest(watch, orderId);
  const cancelled = await buyer.cancel(wish);
  const { status } = await endOf(buyer, wish);
  run.timeline.note(`meant for ${point}, died at ${reached}: cancel ${cancelled ? 'in time' : 'too late'}, ${status}`);
  const isPaid = points.indexOf(reached) >= points.indexOf('captured');
  if (isPaid) expect([cancelled, status]).toEqual([false, 'ORDER_STATUS_COMPLETED']);
  else expect(status).toBe(cancelled ? 'ORDER_STATUS_CANCELLED' : 'ORDER_STATUS_COMPLETED');
}

async function farthest(watch: Watch, orderId: string): Promise<Point> {
  for (const point of points.toReversed()) if (await watch.has(point, [orderId])) return point;
  return 'claimed';
}

scenario(
  'the worker killed after each local step, with a cancel sent meanwhile: as the design says',
  async (run) => {
    const watch = watchCheckouts(process.env);
    try {
      const buyers = await fullCarts(run, points.length);
      // A slow way to the database keeps the steps apart, so that the kill comes between two of them.
      await run.proxies?.set('postgres', { mode: 'latency', ms: 25, jitterMs: 5 });
      for (const [index, point] of points.entries()) {
        const buyer = buyers[index];
        if (buyer !== undefined) await killAndCancel(run, watch, buyer, point);
        await run.parts.heal();
      }
      await run.judge();
    } finally {
      await watch.close();
    }
  },
  { timeoutMs: 420_000 },
);
