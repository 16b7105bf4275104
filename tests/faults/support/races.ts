import { expect } from 'vitest';
import { fewAtATime } from '../../../testkit/few-at-a-time.ts';
import type { Buyer } from '../../../testkit/shopper/buyer.ts';
import { Refused } from '../../../testkit/shopper/api-client.ts';
import type { Purchase } from '../../../testkit/shopper/memory.ts';
import type { Scenario } from './scenario.ts';

const fundsMinor = 100_000;

/** Creates buyers, a few at a time, because each costs a password hash. */
export async function newBuyers({ shop }: Scenario, count: number, fundsMinor: number): Promise<Buyer[]> {
  return fewAtATime(Array.from({ length: count }), () => shop.buyer(fundsMinor));
}

/** 200 buyers want one piece each, but only 50 pieces are in stock. */
export async function twoHundredForFifty(run: Scenario): Promise<void> {
  const product = await run.shop.product(500, 50);
  const buyers = await newBuyers(run, 200, 1000);
  await fewAtATime(buyers, (buyer) => buyer.fillCart([{ productId: product.productId, quantity: 1 }]));
  run.timeline.note('200 carts are full');
  const wishes = await Promise.all(
    buyers.map(async (buyer) => {
      const wish = buyer.wish();
      await buyer.checkOut(wish);
      return { buyer, wish };
    }),
  );
  run.timeline.note('200 checkouts were accepted');
  await fewAtATime(wishes, ({ buyer, wish }) => buyer.endOf(wish));
  run.timeline.note('200 orders have ended');
  const { accepted, completed, failedByReason } = await run.judge();
  expect(accepted).toBe(200);
  expect(completed).toBe(50 - (await run.shop.available(product)));
  // On a very slow machine some checkouts expire (rule S11). One of them may have reserved the last piece until then.
  const { OUT_OF_STOCK: tooLate = 0, EXPIRED: gaveUp = 0 } = failedByReason;
  expect(completed + tooLate + gaveUp).toBe(200);
  if (gaveUp === 0) expect(completed).toBe(50);
}

/** Ten parallel checkouts of one cart: for one buyer with the same request id, for another with different ones. */
export async function tenCheckoutsOfOneCart(run: Scenario): Promise<void> {
  const product = await run.shop.product(700, 1000);
  const lines = [{ productId: product.productId, quantity: 2 }];
  const [same, different] = await newBuyers(run, 2, fundsMinor);
  if (same === undefined || different === undefined) throw new Error('there are no buyers');
  await Promise.all([same.fillCart(lines), different.fillCart(lines)]);

  const wish = same.wish();
  const ids = await Promise.all(Array.from({ length: 10 }, () => same.checkOut(wish)));
  expect(new Set(ids).size).toBe(1);
  expect((await same.endOf(wish)).status).toBe('ORDER_STATUS_COMPLETED');

  const wishes = Array.from({ length: 10 }, () => different.wish());
  const ends = await Promise.all(wishes.map((each) => outcome(different, each)));
  expect(ends.filter((end) => end === 'ORDER_STATUS_COMPLETED')).toHaveLength(1);

  await run.judge();
  for (const buyer of [same, different]) {
    expect((await buyer.wallet()).balance.minorUnits).toBe(String(fundsMinor - 1400));
    const captures = (await buyer.transactions()).filter(({ type }) => type === 'TRANSACTION_TYPE_CAPTURE');
    expect(captures).toHaveLength(1);
  }
}

async function outcome(buyer: Buyer, wish: Purchase): Promise<string> {
  try {
    await buyer.checkOut(wish);
  } catch (error) {
    if (error instanceof Refused) return error.reason;
    throw error;
  }
  return (await buyer.endOf(wish)).status;
}
