import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barrier, refused } from './testing/faults.ts';
import { openLab } from './testing/lab.ts';
import type { Lab, Order } from './testing/lab.ts';
import { expectBought, expectUndone, expectUndoInOrder, stepsOf } from './testing/outcomes.ts';
import type { Faults, Shop, StepName } from './testing/shop.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.close());

const beforePivot: readonly StepName[] = ['claimCart', 'reserveStock', 'holdFunds'];
const undoing: readonly StepName[] = ['voidHold', 'releaseStock', 'releaseClaim', 'failOrder'];

/**
 * When the step of the terminated run takes effect: a worker that has lost its workflow does not know it and goes on.
 */
const whens = ['before', 'after', 'never'] as const;

/** Terminates a checkout at `step`, whose effect comes before the settling run, after it, or never. */
async function terminateAndSettle(step: StepName, when: (typeof whens)[number], faults: Faults = {}): Promise<Order> {
  const stop = barrier(when === 'never' ? refused('NEVER_HAPPENED') : undefined);
  const order = lab.order({ ...faults, [step]: [stop.fault] });
  const handle = await order.start({ activityMode: 'regular' });
  await stop.reached;
  await handle.terminate('test');
  if (when === 'before') {
    stop.open();
    await stop.passed;
  }
  await order.run({ mode: 'settle' });
  stop.open();
  await stop.passed;
  return order;
}

const ended = (shop: Shop) => shop.order.status;

describe.concurrent.each(whens)('terminated at a step whose effect comes %s settling', (when) => {
  test.each(beforePivot)('%s: the order fails and keeps nothing', async (step) => {
    const { shop } = await terminateAndSettle(step, when);
    expect(shop.order).toMatchObject({ status: 'FAILED', failure: { reason: 'EXPIRED' } });
    expectUndone(shop, 'FAILED');
    expect(stepsOf(shop)).not.toContain('captureFunds');
  });

  test('captureFunds: bought if the money was taken, else nothing is kept', async () => {
    const { shop } = await terminateAndSettle('captureFunds', when);
    if (ended(shop) === 'COMPLETED') expectBought(shop);
    else expectUndone(shop, 'FAILED');
    expect(ended(shop)).toBe(when === 'before' ? 'COMPLETED' : 'FAILED');
  });

  test.each(['commitStock', 'completeOrder'] as const)('%s: the order completes', async (step) => {
    const { shop } = await terminateAndSettle(step, when);
    expect(shop.order.status).toBe('COMPLETED');
    expectBought(shop);
  });

  test.each(undoing)('%s of an undo: the order fails and keeps nothing', async (step) => {
    const { shop } = await terminateAndSettle(step, when, { holdFunds: [refused('INSUFFICIENT_FUNDS')] });
    expect(shop.order.status).toBe('FAILED');
    expectUndone(shop, 'FAILED');
  });
});

describe.concurrent('settling', () => {
  test('an order that never ran leaves tombstones and fails it', async () => {
    const { shop, run } = lab.order();
    expect(await run({ mode: 'settle' })).toMatchObject({ status: 'FAILED', failure: { reason: 'EXPIRED' } });
    expectUndone(shop, 'FAILED');
    expect(shop.attempts).toHaveLength(4);
    expectUndoInOrder(shop, 'failOrder');
    expect(await run()).toMatchObject({ status: 'FAILED', failure: { reason: 'EXPIRED' } });
    expectUndone(shop, 'FAILED');
  });

  test.each(['COMPLETED', 'FAILED', 'CANCELLED'] as const)('a %s order changes nothing', async (status) => {
    const order = lab.order(status === 'FAILED' ? { captureFunds: [refused('EXPIRED')] } : {});
    const { shop, run } = order;
    const first = await run(status === 'CANCELLED' ? { mode: 'settle', cancelCause: 'cancelled by the buyer' } : {});
    expect(first.status).toBe(status);
    const { attempts: _, faults: __, ...before } = structuredClone({ ...shop, faults: {} });
    expect(await run({ mode: 'settle' })).toEqual(first);
    expect(await run({ mode: 'settle', cancelCause: 'once more' })).toEqual(first);
    expect(shop).toMatchObject(before);
  });

  test('an order whose money went back because the goods were gone fails it with OUT_OF_STOCK', async () => {
    const stop = barrier();
    const order = lab.order({ refundFunds: [stop.fault] });
    Object.assign(order.shop, { reservation: 'EXPIRED', hasFreeStock: false });
    const handle = await order.start();
    await stop.reached;
    await handle.terminate('test');
    stop.open();
    const end = await order.run({ mode: 'settle' });
    expect(end).toMatchObject({ status: 'FAILED', failure: { reason: 'OUT_OF_STOCK' } });
    expect(order.shop).toMatchObject({ refunded: true, reservation: 'RELEASED', claim: 'RELEASED' });
  });

  test('in a run that a cancel has started ends the order CANCELLED, even if the update itself never arrives', async () => {
    const { shop, run } = lab.order();
    expect(await run({ mode: 'settle', cancelCause: 'cancelled by the buyer' })).toMatchObject({ status: 'CANCELLED' });
    expectUndone(shop, 'CANCELLED');
  });

  test('an order whose money is captured completes it, even if a cancel has started the run', async () => {
    const { shop, run } = lab.order();
    Object.assign(shop, { claim: 'CLAIMED', reservation: 'ACTIVE', hold: 'CAPTURED' });
    expect(await run({ mode: 'settle', cancelCause: 'cancelled by the buyer' })).toMatchObject({ status: 'COMPLETED' });
    expectBought(shop);
  });
});
