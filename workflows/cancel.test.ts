import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CancelOutcome, CheckoutInput } from './contract/checkout.ts';
import { down, gate, refused, replyLost, type Gate } from './testing/faults.ts';
import { activityModes, openLab } from './testing/lab.ts';
import type { CheckoutHandle, Lab, Order } from './testing/lab.ts';
import { expectBought, expectUndone, expectUndoInOrder, stepsOf } from './testing/outcomes.ts';
import { stageOne, type Faults } from './testing/shop.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.close());

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

interface Cancel {
  readonly faults: Faults;
  /** Among the faults: the step that stands there is under way when the cancel comes. */
  readonly at: Gate;
  readonly changes?: Partial<CheckoutInput>;
  readonly before?: (order: Order) => void;
}

/** Starts a checkout, asks it to end while a step stands at the gate, and lets the step go on. */
async function cancelAt(way: Way, { faults, at, changes = { activityMode: 'regular' }, before }: Cancel) {
  const order = lab.order(faults);
  const handle = await order.start(changes);
  await at.reached;
  before?.(order);
  const { answer } = await ask(way, order, handle);
  await isAskedIn(handle);
  at.open();
  return { shop: order.shop, handle, answer };
}

describe.concurrent.each(ways)('a cancel by %s', (way) => {
  test.each(stageOne)('before the money is taken (at %s) undoes everything', async (step) => {
    const at = gate();
    const { shop, handle, answer } = await cancelAt(way, { faults: { [step]: [at.fault] }, at });
    expect(await handle.result()).toMatchObject({ status: 'CANCELLED' });
    expect(await answer).toBe('CANCELLED');
    expect(stepsOf(shop)).not.toContain('captureFunds');
    expectUndone(shop, 'CANCELLED');
    expectUndoInOrder(shop, 'cancelOrder');
  });

  test.each(activityModes)('ends the retries of a step that does not get through (%s)', async (activityMode) => {
    const at = gate(down);
    const faults = { reserveStock: [replyLost, down, at.fault, down, down, down, down, down, down] };
    const { shop, handle, answer } = await cancelAt(way, { faults, at, changes: { activityMode } });
    expect(await handle.result()).toMatchObject({ status: 'CANCELLED' });
    expect(await answer).toBe('CANCELLED');
    expectUndone(shop, 'CANCELLED');
  });

  test.each(activityModes)('once the money is taken changes nothing (%s)', async (activityMode) => {
    const at = gate();
    const faults = { commitStock: [down, at.fault] };
    const { shop, handle, answer } = await cancelAt(way, { faults, at, changes: { activityMode } });
    expect(await answer).toBe('NOT_CANCELLABLE');
    expect(await handle.result()).toMatchObject({ status: 'COMPLETED' });
    expectBought(shop);
  });

  test('while the money is being taken waits for the answer: taken, so the order completes', async () => {
    const at = gate();
    const { shop, handle, answer } = await cancelAt(way, { faults: { captureFunds: [at.fault] }, at });
    expect(await answer).toBe('NOT_CANCELLABLE');
    expect(await handle.result()).toMatchObject({ status: 'COMPLETED' });
    expectBought(shop);
  });

  test('while the money is being taken waits for the answer: refused, so the order is cancelled', async () => {
    const at = gate(refused('EXPIRED'));
    const { shop, handle, answer } = await cancelAt(way, { faults: { captureFunds: [at.fault] }, at });
    expect(await handle.result()).toMatchObject({ status: 'CANCELLED' });
    expect(await answer).toBe('CANCELLED');
    expectUndone(shop, 'CANCELLED');
  });

  test('during the undo of a failure leaves it a failure', async () => {
    const at = gate();
    const faults = { holdFunds: [refused('INSUFFICIENT_FUNDS')], voidHold: [at.fault] };
    const { shop, handle, answer } = await cancelAt(way, { faults, at, changes: {} });
    expect(await handle.result()).toMatchObject({ status: 'FAILED', failure: { reason: 'INSUFFICIENT_FUNDS' } });
    expect(await answer).toBe('NOT_CANCELLABLE');
    expectUndone(shop, 'FAILED');
  });

  test('that comes after a worker took the money and died unheard lets the order complete', async () => {
    const at = gate();
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
