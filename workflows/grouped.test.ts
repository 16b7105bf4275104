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
import { stageOne, type Faults, type StepName } from './testing/shop.ts';

/** What is special about mode `grouped`. What all modes have in common stands in `checkout.test.ts`. */

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.close());

const later: readonly StepName[] = ['captureFunds', 'commitStock', 'completeOrder'];
const forward: readonly StepName[] = [...stageOne, ...later];
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
  const answers = ['done', 'refused', 'unanswered'] as const;
  const reasons = { claimCart: 'CART_CHANGED', reserveStock: 'OUT_OF_STOCK', holdFunds: 'INSUFFICIENT_FUNDS' } as const;
  const mixtures = answers.flatMap((cart) =>
    answers.flatMap((stock) => answers.map((funds) => [cart, stock, funds] as const)),
  );

  test.each(mixtures)('cart %s, stock %s, funds %s', async (cart, stock, funds) => {
    const given = { claimCart: cart, reserveStock: stock, holdFunds: funds };
    const names = ['claimCart', 'reserveStock', 'holdFunds'] as const;
    const faults: Faults = {};
    for (const name of names) {
      if (given[name] === 'refused') faults[name] = [refused(reasons[name])];
      if (given[name] === 'unanswered') faults[name] = [replyLost];
    }
    const { shop, run } = lab.order(faults);
    const end = await run();
    const first = names.find((name) => given[name] === 'refused');
    const tried = regularOf(shop.attempts);
    if (first === undefined) {
      const again = names.filter((name) => given[name] === 'unanswered');
      expect(end).toMatchObject({ status: 'COMPLETED' });
      expectBought(shop);
      expect(new Set(tried)).toEqual(new Set(again.length === 0 ? [] : [...again, ...later]));
    } else {
      // The first failure stops the others' retries, and the reason shown is the first one's (rule S9).
      expect(end).toMatchObject({ status: 'FAILED', failure: { reason: reasons[first] } });
      expectUndone(shop, 'FAILED');
      expect(tried.filter((name) => forward.some((step) => step === name))).toEqual([]);
    }
  });
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
    const done = forward.slice(0, forward.indexOf(step) + 1);
    Object.assign(shop, {
      ...(done.includes('claimCart') ? { claim: 'CLAIMED' } : {}),
      ...(done.includes('reserveStock') ? { reservation: 'ACTIVE' } : {}),
      ...(done.includes('holdFunds') ? { hold: 'HELD' } : {}),
      ...(done.includes('captureFunds') ? { hold: 'CAPTURED' } : {}),
      ...(done.includes('commitStock') ? { reservation: 'COMMITTED' } : {}),
      ...(done.includes('completeOrder') ? { order: { status: 'COMPLETED' } } : {}),
    });
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
  expect(progress).toEqual({
    stage: 'COMPLETED',
    steps: {
      'claim the cart': { state: 'done' },
      'reserve stock': { state: 'done' },
      'hold funds': { state: 'done' },
      'capture funds': { state: 'done' },
      'commit stock': { state: 'done' },
      'complete the order': { state: 'done' },
    },
  });
});
