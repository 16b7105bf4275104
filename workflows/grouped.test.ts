import { ApplicationFailure } from '@temporalio/common';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancelUpdateName, checkoutWorkflow, progressQueryName } from './contract/checkout.ts';
import type { CancelOutcome, CheckoutProgress } from './contract/checkout.ts';
import { barrier, down, refused, replyLost } from './testing/faults.ts';
import type { Fault } from './testing/faults.ts';
import { openLab } from './testing/lab.ts';
import type { Checkout, Lab } from './testing/lab.ts';
import { countOf, expectBought, expectUndone, expectUndoInOrder, stepsOf } from './testing/outcomes.ts';
import { stageOne, type Faults, type Shop, type StepName } from './testing/shop.ts';

/** What is special about mode `grouped`. What all modes have in common stands in `checkout.test.ts`. */

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.close());

const later: readonly StepName[] = ['captureFunds', 'commitStock', 'completeOrder'];
const forward: readonly StepName[] = [...stageOne, ...later];
/** What each forward step leaves at its service. */
const effects: Partial<Record<StepName, Partial<Shop>>> = {
  claimCart: { claim: 'CLAIMED' },
  reserveStock: { reservation: 'ACTIVE' },
  holdFunds: { hold: 'HELD' },
  captureFunds: { hold: 'CAPTURED' },
  commitStock: { reservation: 'COMMITTED' },
  completeOrder: { order: { status: 'COMPLETED' } },
};
const regularOf = (attempts: readonly string[]) => attempts.filter((name) => !name.endsWith('@local'));

/** Takes effect as a whole, and then its answer never comes. */
const attemptLost: Fault = async (attempt) => {
  await attempt();
  throw ApplicationFailure.retryable('the worker was too slow', 'ATTEMPT_LOST');
};

describe.concurrent('after the attempt', () => {
  test.each(stageOne)('only %s, which got no answer, and the later steps are regular activities', async (step) => {
    const { shop, run } = lab.order({ [step]: [replyLost] });
    expect(await run()).toMatchObject({ status: 'COMPLETED' });
    expect(regularOf(shop.attempts)).toEqual([step, ...later]);
    expectBought(shop);
  });

  test.each(later)('%s, which got no answer, and the steps after it are regular activities', async (step) => {
    const { shop, run } = lab.order({ [step]: [replyLost] });
    expect(await run()).toMatchObject({ status: 'COMPLETED' });
    expect(regularOf(shop.attempts)).toEqual(later.slice(later.indexOf(step)));
    expectBought(shop);
  });

  test('a refusal in stage 1 comes before the money is touched: nothing is tried again, all is undone', async () => {
    const { shop, run } = lab.order({ reserveStock: [refused('OUT_OF_STOCK')] });
    expect(await run()).toMatchObject({ status: 'FAILED', failure: { reason: 'OUT_OF_STOCK' } });
    expect(shop.attempts.slice(0, 3).toSorted()).toEqual(stageOne.map((name) => `${name}@local`).toSorted());
    expect(shop.attempts[3]).toBe('voidHold');
    expectUndoInOrder(shop, 'failOrder');
  });

  test('a commit that was refused is not asked again: the money goes back', async () => {
    const { shop, run } = lab.order();
    Object.assign(shop, { reservation: 'EXPIRED', hasFreeStock: false });
    expect(await run()).toMatchObject({ status: 'FAILED', failure: { reason: 'OUT_OF_STOCK' } });
    expect(countOf(shop, 'commitStock')).toBe(1);
    expect(shop).toMatchObject({ hold: 'CAPTURED', refunded: true, reservation: 'RELEASED', claim: 'RELEASED' });
  });

  test('an order that has ended otherwise keeps neither money nor goods, and no step is repeated', async () => {
    const { shop, run } = lab.order();
    shop.order = { status: 'CANCELLED' };
    expect(await run()).toMatchObject({ status: 'CANCELLED' });
    expect(regularOf(shop.attempts)).toEqual(['refundFunds', 'restock']);
  });
});

describe.concurrent('every mixture of answers in stage 1', () => {
  const reasons = { claimCart: 'CART_CHANGED', reserveStock: 'OUT_OF_STOCK', holdFunds: 'INSUFFICIENT_FUNDS' } as const;
  const names = ['claimCart', 'reserveStock', 'holdFunds'] as const;
  const answers = ['done', 'refused', 'unanswered'] as const;
  const all = answers.flatMap((cart) =>
    answers.flatMap((stock) => answers.map((funds) => [cart, stock, funds] as const)),
  );
  type Mixture = (typeof all)[number];
  const stepsThatAre = (mixture: Mixture, answer: string) => names.filter((_, index) => mixture[index] === answer);
  const orderOf = (mixture: Mixture) => {
    const faults: Faults = {};
    for (const name of stepsThatAre(mixture, 'refused')) faults[name] = [refused(reasons[name])];
    for (const name of stepsThatAre(mixture, 'unanswered')) faults[name] = [replyLost];
    return lab.order(faults);
  };

  test.each(all.filter((mixture) => !mixture.includes('refused')))(
    'cart %s, stock %s, funds %s: what got no answer is asked again, and the order completes',
    async (...mixture) => {
      const { shop, run } = orderOf(mixture);
      expect(await run()).toMatchObject({ status: 'COMPLETED' });
      expectBought(shop);
      const again = stepsThatAre(mixture, 'unanswered');
      expect(regularOf(shop.attempts).toSorted()).toEqual(again.length === 0 ? [] : [...again, ...later].toSorted());
    },
  );

  test.each(all.filter((mixture) => mixture.includes('refused')))(
    'cart %s, stock %s, funds %s: nothing is asked again, and the order fails with the first refusal (rule S9)',
    async (...mixture) => {
      const { shop, run } = orderOf(mixture);
      const [first] = stepsThatAre(mixture, 'refused').map((name) => reasons[name]);
      expect(await run()).toMatchObject({ status: 'FAILED', failure: { reason: first } });
      expectUndone(shop, 'FAILED');
      expect(regularOf(shop.attempts)[0]).toBe('voidHold');
    },
  );
});

describe.concurrent('an attempt whose answer is lost', () => {
  test('is repeated step by step, and each step gets its first answer', async () => {
    const { shop, run } = lab.order({ attemptCheckout: [attemptLost] });
    expect(await run()).toMatchObject({ status: 'COMPLETED' });
    expect(new Set(regularOf(shop.attempts))).toEqual(new Set(forward));
    expectBought(shop);
  });

  test('and that never began anything is made step by step', async () => {
    const { shop, run } = lab.order({ attemptCheckout: [down] });
    expect(await run()).toMatchObject({ status: 'COMPLETED' });
    expect(shop.attempts).toHaveLength(6);
    expectBought(shop);
  });

  test('while it still goes on does not disturb what the workflow does meanwhile', async () => {
    const slow = barrier();
    const { shop, run } = lab.order({ captureFunds: [slow.fault] });
    const end = run({ policy: { ...lab.policy, groupedStartToCloseMs: 300 } });
    await slow.reached;
    expect(await end).toMatchObject({ status: 'COMPLETED' });
    slow.open();
    await slow.passed;
    expectBought(shop);
  });

  test.each(['CART_CHANGED', 'CART_ALREADY_CLAIMED'])(
    'after the money was taken leads forward, even if a step is refused afterwards (%s)',
    async (reason) => {
      const { shop, run } = lab.order({ attemptCheckout: [attemptLost] });
      shop.faults = { ...shop.faults, claimCart: [async (claim) => claim(), refused(reason)] };
      expect(await run()).toMatchObject({ status: 'COMPLETED' });
      expect(stepsOf(shop)).toContain('voidHold');
      expect(shop).toMatchObject({ hold: 'CAPTURED', reservation: 'COMMITTED', refunded: false });
    },
  );

  test.each(forward)('because the worker died after %s is made anew by the next worker', async (step) => {
    const { shop, run } = lab.order();
    for (const name of forward.slice(0, forward.indexOf(step) + 1)) Object.assign(shop, effects[name]);
    expect(await run()).toMatchObject({ status: 'COMPLETED' });
    expect(shop.attempts).toHaveLength(6);
    expectBought(shop);
  });
});

describe('a cancel', () => {
  test('that comes together with the start begins nothing', async () => {
    const order = lab.order();
    const startWorkflowOperation = new WithStartWorkflowOperation<Checkout>(checkoutWorkflow, order.options());
    const cancel = { args: ['cancelled by the buyer'] as [string], startWorkflowOperation };
    const { workflow } = lab.client;
    expect(await workflow.executeUpdateWithStart<Checkout, CancelOutcome, [string]>(cancelUpdateName, cancel)).toBe(
      'CANCELLED',
    );
    await (await startWorkflowOperation.workflowHandle()).result();
    expect(stepsOf(order.shop).filter((name) => forward.includes(name))).toEqual([]);
    expectUndone(order.shop, 'CANCELLED');
  });

  test('by an operator that comes before the first task begins nothing', async () => {
    const idle = await openLab(true);
    try {
      const order = idle.order();
      const handle = await order.start();
      await handle.cancel();
      idle.work();
      expect(await handle.result()).toMatchObject({ status: 'CANCELLED' });
      expect(stepsOf(order.shop).filter((name) => forward.includes(name))).toEqual([]);
      expectUndone(order.shop, 'CANCELLED');
    } finally {
      await idle.close();
    }
  });

  test('that crosses an attempt which took the money does not undo it', async () => {
    const stop = barrier();
    const order = lab.order({ completeOrder: [stop.fault] });
    const handle = await order.start();
    await stop.reached;
    await handle.cancel();
    stop.open();
    expect(await handle.result()).toMatchObject({ status: 'COMPLETED' });
    expectBought(order.shop);
  });

  test('that crosses an attempt in which a step got no answer stops the retries, and all is undone', async () => {
    const stop = barrier(replyLost);
    const order = lab.order({ reserveStock: [replyLost, down, down, down, down], holdFunds: [stop.fault, down, down] });
    const handle = await order.start({ policy: { ...lab.policy, initialIntervalMs: 2_000, maximumIntervalMs: 2_000 } });
    await stop.reached;
    const answer = order.cancel(handle);
    stop.open();
    expect(await answer).toBe('CANCELLED');
    expect(await handle.result()).toMatchObject({ status: 'CANCELLED' });
    expect(stepsOf(order.shop)).not.toContain('captureFunds');
    expectUndone(order.shop, 'CANCELLED');
  });
});

test('a checkout in which nothing happens has one workflow task and seven events, and shows every step', async () => {
  const order = lab.order();
  const handle = await order.start();
  expect(await handle.result()).toMatchObject({ status: 'COMPLETED' });
  const { events } = await handle.fetchHistory();
  const types = (events ?? []).map((event) => Object.keys(event).find((key) => key.endsWith('EventAttributes')));
  expect(types.filter((type) => type === 'workflowTaskCompletedEventAttributes')).toHaveLength(1);
  expect(types).toHaveLength(7);
  const summary = Buffer.from(
    events?.find(({ markerRecordedEventAttributes: marker }) => marker)?.userMetadata?.summary?.data ?? [],
  );
  expect(String(summary)).toBe(
    '"Claim the cart at version 7, reserve a product, hold 19.99 USD, capture the held funds, turn the reservation into a sale, complete the order"',
  );
  const progress = await handle.query<CheckoutProgress>(progressQueryName);
  const tookMs: unknown = expect.any(Number);
  expect(progress).toEqual({
    stage: 'COMPLETED',
    steps: {
      'claim the cart': { state: 'done', tookMs },
      'reserve stock': { state: 'done', tookMs },
      'hold funds': { state: 'done', tookMs },
      'capture funds': { state: 'done', tookMs },
      'commit stock': { state: 'done', tookMs },
      'complete the order': { state: 'done', tookMs },
    },
  });
});
