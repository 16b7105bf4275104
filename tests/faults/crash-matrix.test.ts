import { expect } from 'vitest';
import { until } from '../../platform/testing/eventually.ts';
import { fewAtATime } from '../../testkit/few-at-a-time.ts';
import type { Buyer } from '../../testkit/shopper/buyer.ts';
import type { Purchase } from '../../testkit/shopper/memory.ts';
import type { Goods } from '../../testkit/shopper/shop.ts';
import { createHazards, type Fate, type Hazards } from './crash-matrix/hazards.ts';
import { cells, nameOf, stories, wavesOf, type Cell, type Story } from './crash-matrix/plan.ts';
import { scenario, type Scenario } from './support/scenario.ts';
import { openWiredWorker } from './support/wired-worker.ts';

const price = 100;
const funds = 1_000;
const stock = 1_000;
/** After a kill Temporal waits ten seconds for each checkout under way until it counts the worker as dead. */
const endsWithinMs = { alive: 120_000, killed: 300_000 };
// Nothing must expire: all orders wait for the worker together, and then for each other's kills.
const checkoutSettings = { CHECKOUT_CAPTURE_WINDOW_SECONDS: '1800', CHECKOUT_TTL_SECONDS: '3600' };

const ends: Readonly<Record<Story, { status: string; reason?: string }>> = {
  buys: { status: 'ORDER_STATUS_COMPLETED' },
  'is too poor': { status: 'ORDER_STATUS_FAILED', reason: 'INSUFFICIENT_FUNDS' },
  'cancels before paying': { status: 'ORDER_STATUS_CANCELLED' },
  'sends it back': { status: 'ORDER_STATUS_CANCELLED' },
};

interface Guest {
  readonly cell: Cell;
  readonly buyer: Buyer;
  readonly wish: Purchase;
}

interface Visit extends Guest {
  readonly fate: Fate;
}

for (const mode of ['grouped', 'local-first'] as const) {
  for (const killed of [false, true]) {
    scenario(
      `each step × each mishap, the worker ${killed ? 'is killed there' : 'survives'}: one effect and the expected end, ${mode}`,
      (run) => playAll(run, killed),
      { timeoutMs: 590_000, checkoutSettings: { ...checkoutSettings, CHECKOUT_ACTIVITY_MODE: mode } },
    );
  }
}

async function playAll(run: Scenario, killed: boolean): Promise<void> {
  const hazards = createHazards(async () => {
    await worker.kill();
    if (hazards.isUnderWay()) void worker.start().catch(() => undefined);
  });
  const worker = await openWiredWorker(run, hazards.hazard);
  const guests = await fullCarts(run, cells(killed));
  const seen: ReturnType<typeof live>[] = [];
  // A kill also hits orders that recover from earlier kills, and Temporal waits longer each time. So waves are small.
  for (const wave of killed ? wavesOf(guests) : [guests]) {
    // The checkouts are accepted while no worker runs, so that no call comes before its mishap is planned.
    const visits = await Promise.all(wave.map((guest) => checkOut(run, hazards, guest)));
    run.timeline.note(`${visits.length} checkouts were accepted`);
    const lives = visits.map(live);
    for (const each of lives) each.catch(() => undefined);
    seen.push(...lives);
    await worker.start();
    if (killed) await Promise.race([Promise.all(visits.map(({ fate }) => fate.workerKilled)), Promise.all(lives)]);
  }
  if (killed) await worker.start();
  expect(await Promise.all(seen)).toEqual(guests.map(({ cell }) => expectedOf(cell)));
  await hazards.idle();
  expect(hazards.kills() > 0).toBe(killed);
  await run.judge();
}

async function fullCarts(run: Scenario, all: readonly Cell[]): Promise<Guest[]> {
  const products: Partial<Record<Story, Goods>> = {};
  for (const story of Object.keys(stories) as Story[]) products[story] = await run.shop.product(price, stock);
  return fewAtATime(all, async (cell) => {
    const buyer = await run.shop.buyer(cell.story === 'is too poor' ? price - 1 : funds);
    await buyer.fillCart([{ productId: products[cell.story]?.productId ?? '', quantity: 1 }]);
    return { cell, buyer, wish: buyer.wish() };
  });
}

async function checkOut({ timeline }: Scenario, hazards: Hazards, guest: Guest): Promise<Visit> {
  const fate = hazards.plan(await guest.buyer.checkOut(guest.wish), guest.cell);
  void fate.struck.then(() => timeline.note(`wire: ${nameOf(guest.cell)}`));
  return { ...guest, fate };
}

/** Plays a buyer's part until the order has its final status. Gives what can be seen of it. */
async function live({ cell, buyer, wish, fate }: Visit) {
  if (cell.story === 'sends it back') {
    await buyer.endOf(wish);
    await buyer.giveBack(wish);
  }
  if (cell.story === 'cancels before paying') {
    await fate.cancellable;
    await buyer.cancel(wish);
  }
  const { status, failure } = await until(
    () => buyer.order(wish.orderId ?? ''),
    (order) => order.status === ends[cell.story].status,
    { withinMs: cell.killed ? endsWithinMs.killed : endsWithinMs.alive, everyMs: 300 },
  );
  return { cell: nameOf(cell), struck: fate.isStruck(), status, reason: failure?.reason };
}

function expectedOf(cell: Cell) {
  const { status, reason } = ends[cell.story];
  return { cell: nameOf(cell), struck: true, status, reason };
}
