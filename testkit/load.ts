import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../platform/testing/eventually.ts';
import type { Random } from './random.ts';
import type { Buyer } from './shopper/buyer.ts';
import { Refused } from './shopper/api-client.ts';
import type { Purchase } from './shopper/memory.ts';
import type { Goods, Shop } from './shopper/shop.ts';
import { within } from './within.ts';

export interface LoadOptions {
  readonly shop: Shop;
  readonly random: Random;
  readonly buyers: number;
  /** Percentage of purchases that are cancelled right after they were accepted. Default 8. */
  readonly cancels?: number;
  /** Percentage of completed orders that are given back. Default 5. */
  readonly givenBack?: number;
  /** The longest pause of a buyer between two purchases. Default 300 ms. */
  readonly pauseMs?: number;
}

export interface Load {
  /** Number of purchases that have begun so far. */
  readonly begun: () => number;
  /** Number of orders whose end a buyer has seen so far. */
  readonly ended: () => number;
  /** Resolves when this many more orders have ended. Rejects after two minutes. */
  readonly goesOn: (orders: number) => Promise<void>;
  /** Lets every buyer finish the current purchase. Rejects after a minute. */
  readonly stop: () => Promise<void>;
}

const fundsMinor = 1_000_000;
const endWithinMs = 60_000;
const goesOnWithinMs = 120_000;

/** Buyers who make one purchase after another until `stop`. They retry, repeat and drop requests as real clients do. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const { shop, random } = options;
  const products = await Promise.all([700, 1900, 250].map((price) => shop.product(price, 100_000)));
  const buyers: Buyer[] = [];
  for (let number = 0; number < options.buyers; number += 4) {
    const group = Array.from({ length: Math.min(4, options.buyers - number) }, (_, index) =>
      // Every eighth buyer runs out of money soon, so that some checkouts fail.
      shop.buyer((number + index) % 8 === 7 ? 3000 : fundsMinor),
    );
    buyers.push(...(await Promise.all(group)));
  }
  const state = { stopped: false, begun: 0, ended: 0 };
  const running = buyers.map(async (buyer, index) => {
    const own = random.fork(`buyer ${index}`);
    while (!state.stopped) {
      await purchase(buyer, { ...options, products, random: own, state });
      await sleep(own.between(0, options.pauseMs ?? 300));
    }
  });
  const all = Promise.all(running);
  all.catch(() => undefined);
  return {
    begun: () => state.begun,
    ended: () => state.ended,
    async goesOn(orders) {
      const goal = state.ended + orders;
      const reached = until(
        () => state.ended,
        (now) => now >= goal,
        { withinMs: goesOnWithinMs, everyMs: 20 },
      );
      // If a buyer gave up, its error explains more than the timeout of the others would.
      const now = await Promise.race([reached, all.then(() => state.ended)]);
      if (now < goal) throw new Error(`only ${now} orders have ended after 120 s; expected ${goal}`);
    },
    async stop() {
      state.stopped = true;
      await within(all, endWithinMs);
    },
  };
}

interface Visit extends LoadOptions {
  readonly products: readonly Goods[];
  readonly state: { stopped: boolean; begun: number; ended: number };
}

async function purchase(buyer: Buyer, visit: Visit): Promise<void> {
  const { random, products, state, cancels = 8, givenBack = 5 } = visit;
  const first = random.between(0, products.length - 1);
  const count = random.between(1, 2);
  const lines = Array.from({ length: count }, (_, index) => ({
    productId: products[(first + index) % products.length]?.productId ?? '',
    quantity: random.between(1, 3),
  }));
  const [manner, cancelled, returned] = [random.next(), random.chance(cancels / 100), random.chance(givenBack / 100)];
  const delayMs = random.between(0, 40);
  await buyer.fillCart(lines);
  const wish = buyer.wish();
  state.begun++;
  try {
    await checkOut(buyer, wish, manner, delayMs);
  } catch (error) {
    // The previous order still claims the cart or has just emptied it, so this checkout was not accepted.
    if (error instanceof Refused && ['CART_EMPTY', 'CART_ALREADY_CLAIMED'].includes(error.reason)) return;
    throw error;
  }
  if (cancelled) await buyer.cancel(wish);
  const order = await buyer.endOf(wish);
  state.ended++;
  if (returned && order.status === 'ORDER_STATUS_COMPLETED') await buyer.giveBack(wish);
}

/** Most buyers send the checkout once. Some send it twice at once; some drop the connection and send it again. */
async function checkOut(buyer: Buyer, wish: Purchase, manner: number, delayMs: number): Promise<void> {
  if (manner < 0.1) {
    await Promise.all([buyer.checkOut(wish), buyer.checkOut(wish)]);
    return;
  }
  if (manner < 0.25) await buyer.dropCheckOut(wish, delayMs);
  await buyer.checkOut(wish);
}
