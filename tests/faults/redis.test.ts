import { performance } from 'node:perf_hooks';
import { expect } from 'vitest';
import { newBuyers } from './support/races.ts';
import { scenario, type Scenario } from './support/scenario.ts';

/** Number of rounds. A round reads the catalog, reads the cart and changes the cart. */
const rounds = 60;
const atOnce = 4;
/** The least p99 to compare with: below it, the noise of a busy machine decides. */
const floorMs = 25;

/** The 99th percentile of all calls, in milliseconds. Calls are not retried, so a refused call fails the test. */
async function p99(run: Scenario, buyers: Awaited<ReturnType<typeof newBuyers>>, productId: string): Promise<number> {
  const took: number[] = [];
  const timed = async (call: () => Promise<unknown>) => {
    const began = performance.now();
    await call();
    took.push(performance.now() - began);
  };
  await Promise.all(
    buyers.map(async (buyer) => {
      for (let round = 0; round < rounds; round++) {
        await timed(() => buyer.try('ProductService/GetProduct', { productId }));
        await timed(() => buyer.try('CartService/GetCart', {}));
        await timed(() => buyer.try('CartService/SetItemQuantity', { productId, quantity: 1 + (round % 9) }));
      }
    }),
  );
  const value = took.sort((left, right) => left - right)[Math.floor(took.length * 0.99)] ?? 0;
  run.timeline.note(`p99 of ${took.length} calls: ${value.toFixed(1)} ms`);
  return value;
}

scenario('Redis is down: reads and writes still succeed, and p99 at most triples', async (run) => {
  const product = await run.shop.product(300, 100_000);
  const buyers = await newBuyers(run, atOnce, 100_000);
  for (const buyer of buyers) await buyer.fillCart([{ productId: product.productId, quantity: 1 }]);
  await p99(run, buyers, product.productId);
  const before = await p99(run, buyers, product.productId);
  await run.parts.stop('redis');
  const without = await p99(run, buyers, product.productId);
  await run.parts.start('redis');
  expect(without).toBeLessThan(3 * Math.max(before, floorMs));
  await run.judge();
});

scenario('Redis is stopped, killed and frozen under load: 0 violations', async (run) => {
  const load = await run.load({ buyers: 10 });
  await load.goesOn(5);
  await run.inflict({ kind: 'stop', part: 'redis', ms: 8000 });
  await load.goesOn(5);
  await run.inflict({ kind: 'kill', part: 'redis' });
  await load.goesOn(5);
  await run.inflict({ kind: 'freeze', part: 'redis', ms: 10_000 });
  await load.goesOn(8);
  await load.stop();
  await run.judge();
});

scenario(
  'connections to Redis are reset, then swallow everything, under load: 0 violations',
  async (run) => {
    const load = await run.load({ buyers: 10 });
    for (const mode of ['reset', 'blackhole'] as const) {
      await load.goesOn(5);
      await run.inflict({ kind: 'proxy', proxy: 'redis', fault: { mode }, ms: 8000 });
    }
    await load.goesOn(8);
    await load.stop();
    await run.judge();
  },
  { needsProxies: true },
);
