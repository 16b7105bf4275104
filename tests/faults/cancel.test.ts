import { WorkflowNotFoundError } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { until } from '../../platform/testing/eventually.ts';
import type { Buyer } from '../../testkit/shopper/buyer.ts';
import type { Purchase } from '../../testkit/shopper/memory.ts';
import { localActivities, localStepNames, openMortalWorker } from './cancel/local-steps.ts';
import type { LocalMode, LocalStep, MortalWorker } from './cancel/local-steps.ts';
import { openOperator, type KnownSteps, type Operator } from './cancel/temporal.ts';
import { newBuyers } from './support/races.ts';
import { scenario, type Scenario } from './support/scenario.ts';

/** With this latency to the database a checkout takes about a second, so the drawn moments cover all of it. */
const slowly = { mode: 'latency', ms: 12, jitterMs: 3 } as const;
const latestMs = 1200;
// Nothing must expire while one worker after another dies. The sweep must find a terminated checkout soon.
const checkoutSettings = {
  CHECKOUT_CAPTURE_WINDOW_SECONDS: '1800',
  CHECKOUT_TTL_SECONDS: '3600',
  CHECKOUT_STALLED_SECONDS: '5',
  CHECKOUT_STALLED_SWEEP_SECONDS: '2',
};

async function fullCarts(run: Scenario, count: number): Promise<Buyer[]> {
  const product = await run.shop.product(800, 10_000);
  const buyers = await newBuyers(run, count, 100_000);
  for (const buyer of buyers) await buyer.fillCart([{ productId: product.productId, quantity: 1 }]);
  return buyers;
}

scenario('cancelled at every point: the answer to the cancel is how the order ends', async (run) => {
  const buyers = await fullCarts(run, 40);
  const delays = buyers.map(() => run.random.between(0, latestMs));
  await run.proxies?.set('postgres', slowly);
  const ends = await Promise.all(
    buyers.map(async (buyer, index) => {
      const wish = buyer.wish();
      await buyer.checkOut(wish);
      await sleep(delays[index]);
      const cancelled = await buyer.cancel(wish);
      return { cancelled, status: (await buyer.endOf(wish)).status };
    }),
  );
  for (const { cancelled, status } of ends) {
    expect(status).toBe(cancelled ? 'ORDER_STATUS_CANCELLED' : 'ORDER_STATUS_COMPLETED');
  }
  run.timeline.note(`${ends.filter(({ cancelled }) => cancelled).length} of ${ends.length} cancels came in time`);
  await run.judge();
});

scenario(
  'cancelled as an order at every point: one call ends it cancelled, with all money and goods back',
  async (run) => {
    const buyers = await fullCarts(run, 40);
    const delays = buyers.map(() => run.random.between(0, latestMs));
    await run.proxies?.set('postgres', slowly);
    const completed = await Promise.all(
      buyers.map(async (buyer, index) => {
        const wish = buyer.wish();
        const orderId = await buyer.checkOut(wish);
        await sleep(delays[index]);
        await buyer.giveBack(wish);
        expect((await buyer.order(orderId)).status).toBe('ORDER_STATUS_CANCELLED');
        const { changes } = (await buyer.ask('OrderService/GetOrderHistory', { orderId })) as { changes: object[] };
        return changes.length === 3;
      }),
    );
    run.timeline.note(`${completed.filter(Boolean).length} of ${completed.length} orders were refunded`);
    await run.judge();
  },
);

scenario('terminated by an operator at every point: the order is paid and delivered, or neither', async (run) => {
  const buyers = await fullCarts(run, 30);
  const delays = buyers.map(() => run.random.between(0, latestMs));
  await run.proxies?.set('postgres', slowly);
  const operator = await openOperator(process.env['TEMPORAL_ADDRESS'] ?? '');
  run.atEnd(() => operator.close());
  await Promise.all(
    buyers.map(async (buyer, index) => {
      const wish = buyer.wish();
      const orderId = await buyer.checkOut(wish);
      await sleep(delays[index]);
      try {
        await operator.terminate(orderId);
        run.timeline.note(`terminate checkout-${orderId} after ${delays[index]} ms`);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
      // The order stays PENDING until the sweep finds it (rule S30). Then the payment decides how it ends (rule S29).
      expect((await buyer.endOf(wish, 90_000)).status).toMatch(/COMPLETED|FAILED/);
    }),
  );
  await run.judge();
});

const ways = ['the buyer cancels', 'an operator cancels', 'an operator terminates'] as const;
type Way = (typeof ways)[number];

interface Caught {
  readonly way: Way;
  readonly buyer: Buyer;
  readonly wish: Purchase;
  readonly orderId: string;
}

const tries = 3;

/** One order for each way. The step has taken effect, but the worker died before it could report that. */
async function caughtAfter(run: Scenario, worker: MortalWorker, step: LocalStep): Promise<readonly Caught[]> {
  for (let time = 0; time < tries; time++) {
    const buyers = await fullCarts(run, ways.length);
    const caught: Caught[] = [];
    for (const [index, way] of ways.entries()) {
      const buyer = buyers[index];
      if (buyer === undefined) throw new Error('a buyer is missing');
      const wish = buyer.wish();
      caught.push({ way, buyer, wish, orderId: await buyer.checkOut(wish) });
    }
    const isLocal = await worker.dieAfter(
      step,
      caught.map(({ orderId }) => orderId),
    );
    run.timeline.note(isLocal ? `the worker died after ${step}` : `too slow for a local ${step}: trying again`);
    if (isLocal) return caught;
  }
  throw new Error(
    `the worker was not killed right after a local ${step} in ${tries} attempts: is the machine too slow?`,
  );
}

/** Cancels or terminates while no worker runs. The result asks for the answer that the buyer gets in the end. */
async function interfere(
  { timeline }: Scenario,
  operator: Operator,
  { way, buyer, wish, orderId }: Caught,
): Promise<() => Promise<string>> {
  if (way === 'an operator cancels') await operator.cancel(orderId);
  if (way === 'an operator terminates') {
    await operator.terminate(orderId);
    timeline.note(`terminate checkout-${orderId}`);
  }
  if (way !== 'the buyer cancels') return async () => 'nothing';
  const answer = await buyer.try('CheckoutService/CancelCheckout', { orderId }).catch((error: unknown) => error);
  expect(answer, 'an answer to the cancel without a worker').toBeInstanceOf(Error);
  return async () => ((await buyer.cancel(wish)) ? 'cancelled' : 'too late');
}

/** Rules S10, S21 and S27 to S30: the capture decides. Before it a cancel cancels and a terminated order fails. */
function expectedEnd(step: LocalStep, way: Way): { told: string; status: string } {
  const isPaid = localStepNames.indexOf(step) >= localStepNames.indexOf('captureFunds');
  const undone = way === 'an operator terminates' ? 'ORDER_STATUS_FAILED' : 'ORDER_STATUS_CANCELLED';
  return {
    told: way === 'the buyer cancels' ? (isPaid ? 'too late' : 'cancelled') : 'nothing',
    status: isPaid ? 'ORDER_STATUS_COMPLETED' : undone,
  };
}

for (const mode of Object.keys(localActivities) as LocalMode[]) {
  scenario(
    `the worker is killed after each local step and a cancel or terminate comes: the capture decides how the order ends, ${mode}`,
    (run) => killAfterEachStep(run, mode),
    { timeoutMs: 480_000, checkoutSettings: { ...checkoutSettings, CHECKOUT_ACTIVITY_MODE: mode } },
  );
}

async function killAfterEachStep(run: Scenario, mode: LocalMode): Promise<void> {
  const operator = await openOperator(process.env['TEMPORAL_ADDRESS'] ?? '');
  run.atEnd(() => operator.close());
  const worker = await openMortalWorker(run, operator, mode);
  const ends: Promise<object>[] = [];
  for (const step of localStepNames) {
    for (const caught of await caughtAfter(run, worker, step)) {
      const ask = await interfere(run, operator, caught);
      const end = (async () => {
        const told = await ask();
        return { step, way: caught.way, told, status: (await caught.buyer.endOf(caught.wish)).status };
      })();
      end.catch(() => undefined);
      ends.push(end);
    }
  }
  await worker.start();
  const expected = localStepNames.flatMap((step) => ways.map((way) => ({ step, way, ...expectedEnd(step, way) })));
  expect(await Promise.all(ends)).toEqual(expected);
  expect(await stepsOfOneMore(run, operator)).toEqual({ local: localActivities[mode], regular: [] });
  await run.judge();
}

/** The steps of an undisturbed order. They show that `localActivities` is complete. */
async function stepsOfOneMore(run: Scenario, operator: Operator): Promise<KnownSteps> {
  const [buyer] = await fullCarts(run, 1);
  if (buyer === undefined) throw new Error('there is no buyer');
  const wish = buyer.wish();
  const orderId = await buyer.checkOut(wish);
  await buyer.endOf(wish);
  const known = await until(
    () => operator.steps(orderId),
    ({ local }) => local.length > 0,
    { withinMs: 30_000 },
  );
  return { ...known, local: known.local.toSorted((a, b) => orderOf(a) - orderOf(b)) };
}

const orderOf = (name: string) => localStepNames.findIndex((step) => step === name);
