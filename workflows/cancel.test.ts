import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CancelOutcome } from './contract/checkout.ts';
import { down, gate, refused, replyLost } from './testing/faults.ts';
import { openLab } from './testing/lab.ts';
import type { CheckoutHandle, Lab, Order } from './testing/lab.ts';
import { expectBought, expectUndone, expectUndoInOrder, stepsOf } from './testing/outcomes.ts';
import type { StepName } from './testing/shop.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.close());

const modes = ['local-first', 'regular'] as const;
const stageOne: readonly StepName[] = ['claimCart', 'reserveStock', 'holdFunds'];

/** The two ways to ask: the buyer's, which is answered, and an operator's in Temporal's UI, which isn't. */
const ways = ['update', 'request'] as const;

type Way = (typeof ways)[number];

/** Asks; the answer to an operator is what the order's end will be, for nobody answers him. */
async function ask(way: Way, { cancel }: Order, handle: CheckoutHandle): Promise<{ answer: Promise<CancelOutcome> }> {
  if (way === 'update') return { answer: cancel(handle) };
  await handle.cancel();
  const end = handle.result().then(({ status }) => (status === 'CANCELLED' ? status : 'NOT_CANCELLABLE'));
  return { answer: end };
}

const takenIn: readonly string[] = [
  'workflowExecutionUpdateAcceptedEventAttributes',
  'workflowExecutionCancelRequestedEventAttributes',
];

/** Until the cancel stands in the workflow's history. */
function isAskedIn(handle: CheckoutHandle): Promise<void> {
  return vi.waitFor(async () => {
    const { events } = await handle.fetchHistory();
    expect(events?.map(({ attributes }) => attributes)).toEqual(
      expect.arrayContaining([expect.toBeOneOf([...takenIn])]),
    );
  });
}

describe.concurrent.each(ways)('a cancel by %s', (way) => {
  test.each(stageOne)('before the money is taken (at %s) undoes everything', async (step) => {
    const stop = gate();
    const order = lab.order({ [step]: [stop.fault] });
    const handle = await order.start({ activityMode: 'regular' });
    await stop.reached;
    const { answer } = await ask(way, order, handle);
    await isAskedIn(handle);
    stop.open();
    expect(await handle.result()).toMatchObject({ status: 'CANCELLED' });
    expect(await answer).toBe('CANCELLED');
    expect(stepsOf(order.shop)).not.toContain('captureFunds');
    expectUndone(order.shop, 'CANCELLED');
    expectUndoInOrder(order.shop, 'cancelOrder');
  });

  test.each(modes)('ends the retries of a step that does not get through (%s)', async (activityMode) => {
    const third = gate(down);
    const order = lab.order({ reserveStock: [replyLost, down, third.fault, down, down, down, down, down, down] });
    const handle = await order.start({ activityMode });
    await third.reached;
    const { answer } = await ask(way, order, handle);
    await isAskedIn(handle);
    third.open();
    expect(await handle.result()).toMatchObject({ status: 'CANCELLED' });
    expect(await answer).toBe('CANCELLED');
    expectUndone(order.shop, 'CANCELLED');
  });

  test.each(modes)('once the money is taken changes nothing (%s)', async (activityMode) => {
    const stop = gate();
    const order = lab.order({ commitStock: [down, stop.fault] });
    const handle = await order.start({ activityMode });
    await stop.reached;
    const { answer } = await ask(way, order, handle);
    await isAskedIn(handle);
    stop.open();
    expect(await answer).toBe('NOT_CANCELLABLE');
    expect(await handle.result()).toMatchObject({ status: 'COMPLETED' });
    expectBought(order.shop);
  });

  test('while the money is being taken waits for the answer: taken, so the order completes', async () => {
    const stop = gate();
    const order = lab.order({ captureFunds: [stop.fault] });
    const handle = await order.start({ activityMode: 'regular' });
    await stop.reached;
    const { answer } = await ask(way, order, handle);
    await isAskedIn(handle);
    stop.open();
    expect(await answer).toBe('NOT_CANCELLABLE');
    expect(await handle.result()).toMatchObject({ status: 'COMPLETED' });
    expectBought(order.shop);
  });

  test('while the money is being taken waits for the answer: refused, so the order is cancelled', async () => {
    const stop = gate(refused('EXPIRED'));
    const order = lab.order({ captureFunds: [stop.fault] });
    const handle = await order.start({ activityMode: 'regular' });
    await stop.reached;
    const { answer } = await ask(way, order, handle);
    await isAskedIn(handle);
    stop.open();
    expect(await handle.result()).toMatchObject({ status: 'CANCELLED' });
    expect(await answer).toBe('CANCELLED');
    expectUndone(order.shop, 'CANCELLED');
  });

  test('during the undo of a failure leaves it a failure', async () => {
    const stop = gate();
    const order = lab.order({ holdFunds: [refused('INSUFFICIENT_FUNDS')], voidHold: [stop.fault] });
    const handle = await order.start();
    await stop.reached;
    const { answer } = await ask(way, order, handle);
    await isAskedIn(handle);
    stop.open();
    expect(await handle.result()).toMatchObject({ status: 'FAILED', failure: { reason: 'INSUFFICIENT_FUNDS' } });
    expect(await answer).toBe('NOT_CANCELLABLE');
    expectUndone(order.shop, 'FAILED');
  });

  test('that comes after a worker took the money and died unheard lets the order complete', async () => {
    const stop = gate();
    const order = lab.order({ claimCart: [stop.fault] });
    const handle = await order.start({ activityMode: 'regular' });
    await stop.reached;
    Object.assign(order.shop, { claim: 'CLAIMED', reservation: 'ACTIVE', hold: 'CAPTURED' });
    const { answer } = await ask(way, order, handle);
    await isAskedIn(handle);
    stop.open();
    expect(await handle.result()).toMatchObject({ status: 'COMPLETED' });
    expect(await answer).toBe('NOT_CANCELLABLE');
    expectBought(order.shop);
  });
});

test('a buyer who cancels once the money is taken is told at once, not when the checkout ends', async () => {
  const stop = gate();
  const order = lab.order({ commitStock: [stop.fault] });
  const handle = await order.start({ activityMode: 'regular' });
  await stop.reached;
  expect(await order.cancel(handle)).toBe('NOT_CANCELLABLE');
  stop.open();
  expect(await handle.result()).toMatchObject({ status: 'COMPLETED' });
});

test('asked twice at once, a cancel is answered twice', async () => {
  const stop = gate();
  const order = lab.order({ holdFunds: [stop.fault] });
  const handle = await order.start({ activityMode: 'regular' });
  await stop.reached;
  const answers = [order.cancel(handle), order.cancel(handle)];
  await isAskedIn(handle);
  stop.open();
  expect(await Promise.all(answers)).toEqual(['CANCELLED', 'CANCELLED']);
  await handle.result();
});

test('the order says how it ended: ended otherwise meanwhile, the cancel is answered by that', async () => {
  const stop = gate();
  const order = lab.order({ holdFunds: [stop.fault] });
  const handle = await order.start({ activityMode: 'regular' });
  await stop.reached;
  order.shop.order = { status: 'FAILED' };
  const answer = order.cancel(handle);
  await isAskedIn(handle);
  stop.open();
  expect(await answer).toBe('NOT_CANCELLABLE');
  expect(await handle.result()).toMatchObject({ status: 'FAILED' });
});
