import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CancelOutcome, CheckoutInput } from './contract/checkout.ts';
import { down, barrier, refused, replyLost, type Barrier } from './testing/faults.ts';
import { activityModes } from './contract/checkout.ts';
import { openLab } from './testing/lab.ts';
import type { CheckoutHandle, Lab, Order } from './testing/lab.ts';
import { expectBought, expectUndone, expectUndoInOrder, stepsOf } from './testing/outcomes.ts';
import { stageOne, type Faults } from './testing/shop.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.close());

/**
 * How a cancel comes: by update, as a buyer sends it, or by Temporal's cancel request, as an operator sends it in the
 * UI.
 */
const ways = ['update', 'request'] as const;

type Way = (typeof ways)[number];

/** Cancels. An update has an answer; a cancel request has none, so here the order's end stands for it. */
async function ask(way: Way, { cancel }: Order, handle: CheckoutHandle): Promise<{ answer: Promise<CancelOutcome> }> {
  if (way === 'update') return { answer: cancel(handle) };
  await handle.cancel();
  const end = handle.result().then(({ status }) => (status === 'CANCELLED' ? status : 'NOT_CANCELLABLE'));
  return { answer: end };
}

const cancelEvents: readonly string[] = [
  'workflowExecutionUpdateAcceptedEventAttributes',
  'workflowExecutionCancelRequestedEventAttributes',
];

/** Waits until the workflow's history has the cancel. */
function untilRecorded(handle: CheckoutHandle): Promise<void> {
  return vi.waitFor(async () => {
    const { events } = await handle.fetchHistory();
    expect(events?.map(({ attributes }) => attributes)).toEqual(
      expect.arrayContaining([expect.toBeOneOf([...cancelEvents])]),
    );
  });
}

interface Cancel {
  readonly faults: Faults;
  /** One of the faults. The step that waits at it is under way when the cancel comes. */
  readonly at: Barrier;
  readonly changes?: Partial<CheckoutInput>;
  readonly before?: (order: Order) => void;
}

/** Starts a checkout, cancels it while a step waits at the barrier, and then opens the barrier. */
async function cancelAt(way: Way, { faults, at, changes = { activityMode: 'regular' }, before }: Cancel) {
  const order = lab.order(faults);
  const handle = await order.start(changes);
  await at.reached;
  before?.(order);
  const { answer } = await ask(way, order, handle);
  await untilRecorded(handle);
  at.open();
  return { shop: order.shop, handle, answer };
}

describe.concurrent.each(ways)('a cancel by %s', (way) => {
  test.each(stageOne)('before the money is taken (at %s) undoes everything', async (step) => {
    const at = barrier();
    const { shop, handle, answer } = await cancelAt(way, { faults: { [step]: [at.fault] }, at });
    expect(await handle.result()).toMatchObject({ status: 'CANCELLED' });
    expect(await answer).toBe('CANCELLED');
    expect(stepsOf(shop)).not.toContain('captureFunds');
    expectUndone(shop, 'CANCELLED');
    expectUndoInOrder(shop, 'cancelOrder');
  });

  test.each(activityModes)('stops the retries of a step that keeps failing (%s)', async (activityMode) => {
    const at = barrier(down);
    const faults = { reserveStock: [replyLost, down, at.fault, down, down, down, down, down, down] };
    const { shop, handle, answer } = await cancelAt(way, { faults, at, changes: { activityMode } });
    expect(await handle.result()).toMatchObject({ status: 'CANCELLED' });
    expect(await answer).toBe('CANCELLED');
    expectUndone(shop, 'CANCELLED');
  });

  test.each(activityModes)('after the money is taken changes nothing (%s)', async (activityMode) => {
    const at = barrier();
    const faults = { commitStock: [down, at.fault] };
    const { shop, handle, answer } = await cancelAt(way, { faults, at, changes: { activityMode } });
    expect(await answer).toBe('NOT_CANCELLABLE');
    expect(await handle.result()).toMatchObject({ status: 'COMPLETED' });
    expectBought(shop);
  });

  test('while the money is being taken waits for the answer: taken, so the order completes', async () => {
    const at = barrier();
    const { shop, handle, answer } = await cancelAt(way, { faults: { captureFunds: [at.fault] }, at });
    expect(await answer).toBe('NOT_CANCELLABLE');
    expect(await handle.result()).toMatchObject({ status: 'COMPLETED' });
    expectBought(shop);
  });

  test('while the money is being taken waits for the answer: refused, so the order is cancelled', async () => {
    const at = barrier(refused('EXPIRED'));
    const { shop, handle, answer } = await cancelAt(way, { faults: { captureFunds: [at.fault] }, at });
    expect(await handle.result()).toMatchObject({ status: 'CANCELLED' });
    expect(await answer).toBe('CANCELLED');
    expectUndone(shop, 'CANCELLED');
  });

  test('during the undo of a failure does not change that the order fails', async () => {
    const at = barrier();
    const faults = { holdFunds: [refused('INSUFFICIENT_FUNDS')], voidHold: [at.fault] };
    const { shop, handle, answer } = await cancelAt(way, { faults, at, changes: {} });
    expect(await handle.result()).toMatchObject({ status: 'FAILED', failure: { reason: 'INSUFFICIENT_FUNDS' } });
    expect(await answer).toBe('NOT_CANCELLABLE');
    expectUndone(shop, 'FAILED');
  });

  test('after a worker captured and died before it recorded that lets the order complete', async () => {
    const at = barrier();
    const { shop, handle, answer } = await cancelAt(way, {
      faults: { claimCart: [at.fault] },
      at,
      before: (order) => Object.assign(order.shop, { claim: 'CLAIMED', reservation: 'ACTIVE', hold: 'CAPTURED' }),
    });
    expect(await handle.result()).toMatchObject({ status: 'COMPLETED' });
    expect(await answer).toBe('NOT_CANCELLABLE');
    expectBought(shop);
  });
});

test('a cancel after the capture is answered immediately, not when the checkout ends', async () => {
  const stop = barrier();
  const order = lab.order({ commitStock: [stop.fault] });
  const handle = await order.start({ activityMode: 'regular' });
  await stop.reached;
  expect(await order.cancel(handle)).toBe('NOT_CANCELLABLE');
  stop.open();
  expect(await handle.result()).toMatchObject({ status: 'COMPLETED' });
});

test('two cancels at the same time both get an answer', async () => {
  const stop = barrier();
  const order = lab.order({ holdFunds: [stop.fault] });
  const handle = await order.start({ activityMode: 'regular' });
  await stop.reached;
  const answers = [order.cancel(handle), order.cancel(handle)];
  await untilRecorded(handle);
  stop.open();
  expect(await Promise.all(answers)).toEqual(['CANCELLED', 'CANCELLED']);
  await handle.result();
});

test('if the order has ended differently meanwhile, that end decides the answer to the cancel (rule S19)', async () => {
  const stop = barrier();
  const order = lab.order({ holdFunds: [stop.fault] });
  const handle = await order.start({ activityMode: 'regular' });
  await stop.reached;
  order.shop.order = { status: 'FAILED' };
  const answer = order.cancel(handle);
  await untilRecorded(handle);
  stop.open();
  expect(await answer).toBe('NOT_CANCELLABLE');
  expect(await handle.result()).toMatchObject({ status: 'FAILED' });
});
