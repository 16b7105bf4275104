import { expect } from 'vitest';
import { fewAtATime } from '../../testkit/few-at-a-time.ts';
import { pending } from '../../testkit/shopper/answers.ts';
import { newBuyers, tenCheckoutsOfOneCart, twoHundredForFifty } from './support/races.ts';
import { scenario } from './support/scenario.ts';

scenario('ten parallel checkouts of one cart: one completed order and one charge', tenCheckoutsOfOneCart);

scenario('200 buyers for 50 pieces: exactly 50 orders complete', twoHundredForFifty, { timeoutMs: 480_000 });

scenario('30 parallel checkouts of carts (A, B) and (B, A): none fails, so no deadlock occurs', async (run) => {
  const a = await run.shop.product(300, 10_000);
  const b = await run.shop.product(400, 10_000);
  const buyers = await newBuyers(run, 30, 1_000_000);
  for (let round = 0; round < 3; round++) {
    await Promise.all(
      buyers.map(async (buyer, index) => {
        const lines = [a, b].map(({ productId }) => ({ productId, quantity: 1 + (index % 3) }));
        await buyer.fillCart(index % 2 === 0 ? lines : lines.toReversed());
      }),
    );
    const ends = await Promise.all(
      buyers.map(async (buyer) => {
        const wish = buyer.wish();
        await buyer.checkOut(wish);
        return (await buyer.endOf(wish)).status;
      }),
    );
    expect(ends.filter((status) => status !== 'ORDER_STATUS_COMPLETED')).toEqual([]);
  }
  await run.judge();
});

scenario('200 clients drop the connection while they check out: no money is taken without an order', async (run) => {
  const { random } = run;
  const product = await run.shop.product(450, 10_000);
  const buyers = await newBuyers(run, 40, 1_000_000);
  for (let round = 0; round < 5; round++) {
    await fewAtATime(buyers, (buyer) => buyer.fillCart([{ productId: product.productId, quantity: 2 }]));
    const delays = buyers.map(() => random.between(0, 60));
    await Promise.all(
      buyers.map(async (buyer, index) => {
        const wish = buyer.wish();
        await buyer.dropCheckOut(wish, delays[index] ?? 0);
        // Half of the buyers never ask again. The others repeat the request with the same id.
        if (index % 2 === 0) await buyer.dropCheckOut(wish, 10_000);
      }),
    );
    run.timeline.note(`round ${round + 1}: 40 connections dropped`);
    for (const buyer of buyers) {
      const open = (await buyer.orders()).filter(({ status }) => status === pending);
      await Promise.all(open.map(({ orderId }) => buyer.endOf({ requestId: '', orderId })));
    }
  }
  await run.judge();
});
