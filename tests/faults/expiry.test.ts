import { expect } from 'vitest';
import { until } from '../../platform/testing/eventually.ts';
import type { Order } from '../../testkit/shopper/answers.ts';
import type { Buyer } from '../../testkit/shopper/buyer.ts';
import type { Purchase } from '../../testkit/shopper/memory.ts';
import type { Goods } from '../../testkit/shopper/shop.ts';
import { watchCheckouts, type Watch } from './support/progress.ts';
import { newBuyers } from './support/races.ts';
import { scenario, type Scenario } from './support/scenario.ts';

/** CHECKOUT_TTL_SECONDS in services.env, plus the time until the sweep expires the reservations. */
const expiryMs = 200_000;
const tries = 6;

interface Pair {
  readonly products: readonly Goods[];
  readonly buyers: readonly Buyer[];
  readonly wishes: readonly Purchase[];
}

/**
 * Two checkouts that are paid and not committed, with a frozen worker. The freeze must come at the right moment, so this
 * may take several attempts. Orders of a failed attempt complete.
 */
async function interrupted(run: Scenario, watch: Watch): Promise<Pair> {
  for (let time = 0; time < tries; time++) {
    const products = await Promise.all([run.shop.product(1000, 5), run.shop.product(1000, 5)]);
    const buyers = await newBuyers(run, 2, 10_000);
    for (const [index, buyer] of buyers.entries()) {
      await buyer.fillCart([{ productId: products[index]?.productId ?? '', quantity: 2 }]);
    }
    await run.proxies?.set('postgres', { mode: 'latency', ms: 40, jitterMs: 0 });
    const wishes = buyers.map((buyer) => buyer.wish());
    const orderIds = await Promise.all(buyers.map((buyer, index) => buyer.checkOut(wishes[index] ?? buyer.wish())));
    await watch.reached('captured', orderIds);
    // A commit that is under way is lost when products is killed.
    for (const part of run.parts.of('products')) run.parts.kill(part);
    for (const part of run.parts.of('worker')) run.parts.freeze(part);
    await run.proxies?.clear();
    const late = await Promise.all(orderIds.map((orderId) => watch.has('committed', [orderId])));
    if (late.every((each) => !each)) return { products, buyers, wishes };
    run.timeline.note('too late: the stock was already committed; trying again');
    await run.parts.heal();
    await Promise.all(buyers.map((buyer, index) => buyer.endOf(wishes[index] ?? buyer.wish())));
  }
  throw new Error(`the worker was not frozen between capture and commit in ${tries} attempts`);
}

scenario(
  'an outage between capture and commit that is longer than the expiry: the stock is retaken, or the money goes back in full',
  async (run) => {
    const watch = watchCheckouts(process.env);
    try {
      const { products, buyers, wishes } = await interrupted(run, watch);
      const orderIds = wishes.map(({ orderId }) => orderId ?? '');
      expect(
        await until(
          () => watch.expired(orderIds),
          (yes) => yes,
          { withinMs: expiryMs, everyMs: 500 },
        ),
      ).toBe(true);
      run.timeline.note('both reservations have expired');
      const [, gone] = products;
      // The stock of the second order is gone when its commit comes.
      if (gone !== undefined) await run.shop.adjust(gone, -5);
      await run.parts.heal();
      const ends: Order[] = [];
      for (const [index, wish] of wishes.entries()) {
        const buyer = buyers[index];
        if (buyer !== undefined) ends.push(await buyer.endOf(wish));
      }
      expect(ends[0]).toMatchObject({ status: 'ORDER_STATUS_COMPLETED' });
      expect(ends[1]).toMatchObject({ status: 'ORDER_STATUS_FAILED', failure: { reason: 'OUT_OF_STOCK' } });
      expect((await buyers[0]?.wallet())?.balance.minorUnits).toBe('8000');
      expect((await buyers[1]?.wallet())?.balance.minorUnits).toBe('10000');
      if (gone !== undefined) await run.shop.adjust(gone, 5);
      await run.judge();
    } finally {
      await watch.close();
    }
  },
  { needsProxies: true, timeoutMs: 540_000 },
);
