import { appendFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { createRandom, seedFrom } from '../../testkit/random.ts';
import type { Buyer } from '../../testkit/shopper/buyer.ts';
import { NoAnswer } from '../../testkit/shopper/api-client.ts';
import { openShop, type Goods, type Shop } from '../../testkit/shopper/shop.ts';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { violationsOf } from '../../testkit/verdict/accounts.ts';
import { judge } from '../../testkit/verdict/verdict.ts';
import { attempt, closedLoop, openLoop, quantile, type Call, type Outcome } from './support/offered.ts';
import { startOwn, type OwnProcess } from './support/own-process.ts';

const buyersCount = 40;
/** Number of products. With a single product, the test would measure its row lock. */
const assortment = 20;
/** More connections than are ever in use at once: see `openConnections`. */
const kept = 2048;
const memoryBoundMiB = 512;
/** Least share of the wanted processor time. Below it the times depend on other programs on the machine. */
const fairShare = 0.4;
const settings = {
  // What one process does. Beside others it shares the machine's cores with them, and its times with their load.
  PROCESSES: '1',
  SSO_BCRYPT_COST: '4',
  SSO_REGISTRATIONS_PER_ADDRESS_AND_HOUR: '1000000',
  // Only its own worker runs its checkouts, so they end only if public calls leave processor time for it.
  TEMPORAL_TASK_QUEUE: 'overload',
};
let own: OwnProcess;
let shop: Shop;

afterEach(async () => {
  shop.close();
  await own.kill();
});

/** Makes calls: four reads for each step of a purchase. A buyer makes one step at a time. */
function traffic(goods: Shop, products: readonly Goods[]): () => Call {
  const random = createRandom(seedFrom(process.env)).fork('overload');
  const free = [...goods.buyers];
  const full = new Set<Buyer>();
  const any = () => random.pick(products).productId;
  const read = (buyer: Buyer) => () => buyer.try('ProductService/GetProduct', { productId: any() });
  const step = (buyer: Buyer) => async () => {
    try {
      if (full.has(buyer)) {
        full.delete(buyer);
        await buyer.checkOutOnce(buyer.wish());
      } else {
        await buyer.try('CartService/AddItem', { productId: any(), quantity: 1 });
        full.add(buyer);
      }
    } finally {
      free.push(buyer);
    }
  };
  return () => {
    const [anybody] = goods.buyers;
    if (anybody === undefined) throw new Error('there are no buyers');
    const buyer = random.chance(0.2) ? free.shift() : undefined;
    return buyer === undefined ? read(anybody) : step(buyer);
  };
}

function figuresOf(outcomes: readonly Outcome[]) {
  const ok = outcomes.filter(({ is }) => is === 'ok');
  const refused = outcomes.filter(({ is }) => is === 'refused');
  const times = (some: readonly Outcome[]) => {
    const ms = some.map((outcome) => outcome.ms);
    return { count: some.length, p50: Math.round(quantile(ms, 0.5)), p99: Math.round(quantile(ms, 0.99)) };
  };
  const others = outcomes.filter(({ is }) => is !== 'ok' && is !== 'refused').map(({ is }) => is);
  return { ok: times(ok), refused: times(refused), others, refusals: refused };
}

/** Observes the process while `work` runs: its highest resident memory, and its share of the processor time it wanted. */
async function watched<Result>(work: Promise<Result>): Promise<{ result: Result; peakMiB: number; share: number }> {
  const before = own.processor();
  let peakMiB = own.memoryMiB();
  const timer = setInterval(() => (peakMiB = Math.max(peakMiB, own.memoryMiB())), 200);
  try {
    const result = await work;
    const after = own.processor();
    const had = after.hadMs - before.hadMs;
    const share = had / (had + after.waitedMs - before.waitedMs);
    return { result, peakMiB, share: Math.round(share * 100) / 100 };
  } finally {
    clearInterval(timer);
  }
}

/**
 * Opens connections in advance, as a gateway does. Node accepts one new connection in each turn of its loop. Without open
 * connections the test would measure the system's queue of connections, which the process cannot see.
 */
async function openConnections(api: string): Promise<void> {
  await Promise.all(Array.from({ length: kept }, async () => (await fetch(`${api}/health`)).text()));
}

function record(figures: object): void {
  console.log(JSON.stringify(figures));
  const file = process.env['FAULTS_FIGURES'];
  if (file !== undefined && file !== '') appendFileSync(file, `${JSON.stringify(figures)}\n`);
}

/** Expects that the process is ready, every accepted order ends, nothing is violated, and the process exits with 0. */
async function expectNothingLost(): Promise<void> {
  expect(await own.ready()).toBe(true);
  const verdict = await judge(shop, process.env);
  expect(violationsOf(verdict)).toEqual([]);
  expect(verdict.accepted).toBeGreaterThan(0);
  expect(await own.terminate()).toMatchObject({ code: 0 });
}

test('at three times its capacity the process refuses quickly, serves admitted calls, keeps its memory and loses nothing', async ({
  skip,
}) => {
  own = await startOwn(['all'], settings);
  shop = openShop({ api: own.api, grpc: own.grpc, admin: adminCredentials() });
  const products = await Promise.all(Array.from({ length: assortment }, () => shop.product(700, 1_000_000)));
  for (let number = 0; number < buyersCount; number += 8) {
    await Promise.all(Array.from({ length: 8 }, () => shop.buyer(100_000_000)));
  }
  const next = traffic(shop, products);
  // Warms up, so that frequent code is compiled before anything is measured.
  await closedLoop(8, 8, next);

  const unloaded = figuresOf(await closedLoop(1, 3, next));
  const capacitySeconds = 5;
  const atCapacity = figuresOf(await closedLoop(24, capacitySeconds, next));
  const capacity = atCapacity.ok.count / capacitySeconds;
  const idleMiB = own.memoryMiB();
  const seconds = 10;
  await openConnections(own.api);
  const { result, peakMiB, share } = await watched(openLoop(3 * capacity, seconds, next));
  const at3 = figuresOf(result);
  const after = figuresOf(await closedLoop(1, 2, next));
  record({
    name: 'overload',
    capacityPerSecond: Math.round(capacity),
    offeredPerSecond: Math.round(result.length / seconds),
    unloaded: unloaded.ok,
    atCapacity: { ...atCapacity.ok, refused: atCapacity.refused.count },
    admitted: at3.ok,
    refused: at3.refused,
    others: [...new Set(at3.others)].slice(0, 5),
    otherCount: at3.others.length,
    after: { ...after.ok, refused: after.refused.count },
    memoryMiB: { before: idleMiB, peak: peakMiB },
    share,
  });

  expect(peakMiB).toBeLessThan(memoryBoundMiB);
  await expectNothingLost();
  if (share < fairShare) skip(`the process got only ${share} of the processor time it wanted: its times say nothing`);
  expect(at3.others).toEqual([]);
  expect(at3.refused.count).toBeGreaterThan(0);
  expect(at3.refusals.filter(({ retryAfterMs = 0 }) => retryAfterMs < 1000)).toEqual([]);
  // A refusal must not take longer than serving the call would have taken.
  expect(at3.refused.p50).toBeLessThan(1000);
  expect(at3.ok.count / seconds).toBeGreaterThan(0.25 * capacity);
  expect(at3.ok.p50).toBeLessThan(40 * Math.max(unloaded.ok.p50, 10));
  expect(at3.ok.p99).toBeLessThan(40 * Math.max(unloaded.ok.p99, 25));

  // Right after the overload no call is refused, and no queue is left.
  expect([after.refused.count, after.others]).toEqual([0, []]);
  expect(after.ok.p50).toBeLessThan(10 * Math.max(unloaded.ok.p50, 10));
});

test('sign-ins beyond the capacity for hashing are refused quickly, and other calls are not affected', async ({
  skip,
}) => {
  own = await startOwn(['all'], { ...settings, SSO_BCRYPT_COST: '12', SSO_LOGIN_FAILURES_PER_ADDRESS: '1000000' });
  shop = openShop({ api: own.api, grpc: own.grpc, admin: adminCredentials() });
  const product = await shop.product(700, 10);
  const buyer = await shop.buyer(0);
  const read: Call = () => buyer.try('ProductService/GetProduct', { productId: product.productId });
  const signIn: Call = async () => {
    const answer = await fetch(`${own.api}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: `${crypto.randomUUID()}@example.com`, password: 'nobody knows it' }),
    });
    const { reason = '', detail = '' } = (await answer.json()) as { reason?: string; detail?: string };
    const retryAfterMs = 1000 * Number(answer.headers.get('retry-after') ?? 0);
    if (answer.status >= 429) throw new NoAnswer(String(answer.status), `${reason} ${detail}`, retryAfterMs);
  };
  const offered = Promise.all([openLoop(60, 6, () => signIn), openLoop(10, 6, () => read)]);
  const { result, share } = await watched(offered);
  const [signIns, others] = [figuresOf(result[0]), figuresOf(result[1])];
  record({
    name: 'overload by sign-ins',
    signIns: { ok: signIns.ok, refused: signIns.refused },
    reads: others.ok,
    share,
  });
  expect(signIns.refused.count).toBeGreaterThan(0);
  expect(signIns.refusals.filter(({ retryAfterMs = 0 }) => retryAfterMs < 1000)).toEqual([]);
  expect([others.others, others.refused.count]).toEqual([[], 0]);
  expect((await attempt(read)).is).toBe('ok');
  // On a busy machine the hashing takes all processors, and sign-ins time out.
  if (share < fairShare) skip(`the process got only ${share} of the processor time it wanted: its times say nothing`);
  expect(signIns.others).toEqual([]);
});
