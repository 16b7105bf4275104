import { expect } from 'vitest';
import { newBuyers } from './support/races.ts';
import { scenario, type Scenario } from './support/scenario.ts';

scenario(
  'Temporal is down when checkouts start: each gets 202 at once, and the orders end when Temporal is back',
  async (run) => {
    const product = await run.shop.product(900, 100);
    const buyers = await newBuyers(run, 12, 10_000);
    for (const buyer of buyers) await buyer.fillCart([{ productId: product.productId, quantity: 1 }]);
    await run.parts.stop('temporal');
    const wishes = buyers.map((buyer) => ({ buyer, wish: buyer.wish() }));
    // Each request is sent once: accepting must not depend on Temporal (rule S3).
    await Promise.all(wishes.map(({ buyer, wish }) => buyer.checkOutOnce(wish)));
    run.timeline.note('all checkouts were accepted');
    for (const { buyer, wish } of wishes) expect((await buyer.order(wish.orderId ?? '')).status).toContain('PENDING');
    await run.parts.start('temporal');
    const ends = await Promise.all(wishes.map(({ buyer, wish }) => buyer.endOf(wish, 60_000)));
    expect(ends.map(({ status }) => status)).toEqual(wishes.map(() => 'ORDER_STATUS_COMPLETED'));
    await run.judge();
  },
);

/** Runs a fault of Temporal under load. Afterwards nothing may be violated. */
async function underLoad(run: Scenario, hurt: () => Promise<void>): Promise<void> {
  const load = await run.load({ buyers: 12 });
  await load.goesOn(run.random.between(4, 12));
  await hurt();
  await load.goesOn(12);
  await load.stop();
  const verdict = await run.judge();
  expect(verdict.completed).toBeGreaterThan(10);
}

scenario('Temporal is stopped for 20 s under load: 0 violations', (run) =>
  underLoad(run, () => run.inflict({ kind: 'stop', part: 'temporal', ms: 20_000 })),
);

scenario('Temporal is frozen for 15 s under load: 0 violations', (run) =>
  underLoad(run, () => run.inflict({ kind: 'freeze', part: 'temporal', ms: 15_000 })),
);

for (const mode of ['reset', 'blackhole'] as const) {
  scenario(
    `the proxy to Temporal in mode ${mode} for 15 s under load: 0 violations, recovery without a restart`,
    (run) => underLoad(run, () => run.inflict({ kind: 'proxy', proxy: 'temporal', fault: { mode }, ms: 15_000 })),
    { needsProxies: true },
  );
}
