import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { down, downFor, fine, barrier, refused, replyLost } from './testing/faults.ts';
import { activityModes } from './contract/checkout.ts';
import { openLab } from './testing/lab.ts';
import type { Lab } from './testing/lab.ts';
import { countOf, expectBought, expectUndone, expectUndoInOrder, stepsOf } from './testing/outcomes.ts';
import { stageOne, type StepName } from './testing/shop.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.close());

const forward: readonly StepName[] = [...stageOne, 'captureFunds', 'commitStock', 'completeOrder'];

const refusals: readonly (readonly [StepName, string])[] = [
  ['claimCart', 'CART_CHANGED'],
  ['claimCart', 'CART_ALREADY_CLAIMED'],
  ['reserveStock', 'OUT_OF_STOCK'],
  ['reserveStock', 'PRICE_CHANGED'],
  ['reserveStock', 'PRODUCT_NOT_FOUND'],
  ['holdFunds', 'INSUFFICIENT_FUNDS'],
  ['holdFunds', 'WALLET_NOT_FOUND'],
  ['holdFunds', 'CURRENCY_MISMATCH'],
  ['captureFunds', 'EXPIRED'],
];

describe.concurrent.each(activityModes)('%s', (activityMode) => {
  test('takes the goods and the money once and completes the order', async () => {
    const { shop, run } = lab.order();
    expect(await run({ activityMode })).toMatchObject({ status: 'COMPLETED' });
    expectBought(shop);
    const where = activityMode === 'regular' ? '' : '@local';
    expect(shop.attempts.slice(0, 3).toSorted()).toEqual(stageOne.map((name) => name + where).toSorted());
    expect(shop.attempts.slice(3)).toEqual(forward.slice(3).map((name) => name + where));
  });

  test.each(refusals)('%s refused %s: all is undone, the order fails for that reason', async (step, reason) => {
    const { shop, run } = lab.order({ [step]: [refused(reason)] });
    const end = await run({ activityMode });
    expect(end).toMatchObject({ status: 'FAILED', failure: { reason, metadata: { from: 'test' } } });
    expect(countOf(shop, step)).toBe(1);
    expectUndone(shop, 'FAILED');
    expectUndoInOrder(shop, 'failOrder');
  });

  test.each(forward)('%s fails for a transient reason: it is tried again, the order completes', async (step) => {
    const { shop, run } = lab.order({ [step]: [down, fine] });
    expect(await run({ activityMode })).toMatchObject({ status: 'COMPLETED' });
    expectBought(shop);
    expect(shop.attempts.filter((name) => name.startsWith(step))).toEqual(
      activityMode === 'regular' ? [step, step] : [`${step}@local`, step],
    );
  });

  test.each(forward)('%s takes effect and its answer is lost, twice: the order completes', async (step) => {
    const { shop, run } = lab.order({ [step]: [replyLost, replyLost] });
    expect(await run({ activityMode })).toMatchObject({ status: 'COMPLETED' });
    expect(countOf(shop, step)).toBe(3);
    expectBought(shop);
  });
});

describe.concurrent.each(activityModes)('stage 1, %s', (activityMode) => {
  test("the reason shown is the cart's before the stock's before the funds', whichever came first (rule S9)", async () => {
    const [cart, stock] = [barrier(refused('CART_CHANGED')), barrier(refused('OUT_OF_STOCK'))];
    const funds = barrier(refused('INSUFFICIENT_FUNDS'));
    const all = { claimCart: [cart.fault], reserveStock: [stock.fault], holdFunds: [funds.fault] };
    const { run } = lab.order(all);
    const end = run({ activityMode });
    await Promise.all([cart.reached, stock.reached, funds.reached]);
    for (const { open } of [funds, stock, cart]) open();
    expect(await end).toMatchObject({ failure: { reason: 'CART_CHANGED' } });

    const twoOfThree = { reserveStock: [refused('OUT_OF_STOCK')], holdFunds: [refused('INSUFFICIENT_FUNDS')] };
    expect(await lab.order(twoOfThree).run({ activityMode })).toMatchObject({ failure: { reason: 'OUT_OF_STOCK' } });
  });

  test('a refusal stops the retries of the other steps', async () => {
    const funds = barrier(refused('INSUFFICIENT_FUNDS'));
    const { shop, run } = lab.order({ reserveStock: { always: down }, holdFunds: [down, down, funds.fault] });
    const end = run({ activityMode, policy: { ...lab.policy, giveUpAfterMs: 60_000 } });
    await funds.reached;
    funds.open();
    expect(await end).toMatchObject({ failure: { reason: 'INSUFFICIENT_FUNDS' } });
    expectUndone(shop, 'FAILED');
  });

  test.each([...stageOne])(
    '%s never answers: it is given up, undone like any other step, and the order fails',
    async (step) => {
      const { shop, run } = lab.order({ [step]: { always: replyLost } });
      const end = await run({ activityMode, policy: { ...lab.policy, giveUpAfterMs: 1_500 } });
      expect(end).toMatchObject({ failure: { reason: 'EXPIRED', metadata: { lastReason: 'DEADLINE_EXCEEDED' } } });
      expectUndone(shop, 'FAILED');
      expectUndoInOrder(shop, 'failOrder');
    },
  );
});

describe.concurrent.each(activityModes)('from the pivot on, %s', (activityMode) => {
  test('a capture with an unknown outcome is repeated until the answer is definitive, and never undone', async () => {
    const { shop, run } = lab.order({ captureFunds: [down, replyLost, down, replyLost, fine] });
    expect(await run({ activityMode })).toMatchObject({ status: 'COMPLETED' });
    expect(stepsOf(shop)).not.toContain('voidHold');
    expectBought(shop);
  });

  test.each(['captureFunds', 'commitStock', 'completeOrder'] as const)(
    '%s is never given up, however long it has no answer',
    async (step) => {
      const { shop, run } = lab.order({ [step]: { always: downFor(2_500) } });
      const end = await run({ activityMode, policy: { ...lab.policy, giveUpAfterMs: 2_000 } });
      expect(end).toMatchObject({ status: 'COMPLETED' });
      expectBought(shop);
    },
  );

  test('stock whose reservation has expired is retaken if it is free (rule S16)', async () => {
    const { shop, run } = lab.order({
      commitStock: [
        async (commit) => {
          shop.reservation = 'EXPIRED';
          return commit();
        },
      ],
    });
    expect(await run({ activityMode })).toMatchObject({ status: 'COMPLETED' });
    expectBought(shop);
  });

  test('without free stock to retake, the money goes back in full and the order fails with OUT_OF_STOCK', async () => {
    const { shop, run } = lab.order({
      commitStock: [
        async (commit) => {
          shop.reservation = 'EXPIRED';
          shop.hasFreeStock = false;
          return commit();
        },
      ],
      refundFunds: [down, replyLost],
    });
    expect(await run({ activityMode })).toMatchObject({ status: 'FAILED', failure: { reason: 'OUT_OF_STOCK' } });
    expect(shop).toMatchObject({ hold: 'CAPTURED', refunded: true, reservation: 'RELEASED', claim: 'RELEASED' });
    expect(stepsOf(shop).slice(-4)[0]).toBe('refundFunds');
    expect(stepsOf(shop).at(-1)).toBe('failOrder');
  });

  test('an order that has already ended differently keeps neither money nor goods (rule S19)', async () => {
    const { shop, run } = lab.order();
    shop.order = { status: 'FAILED', failure: { reason: 'EXPIRED', message: 'ended by another run', metadata: {} } };
    expect(await run({ activityMode })).toMatchObject({ status: 'FAILED', failure: { reason: 'EXPIRED' } });
    expect(shop).toMatchObject({ refunded: true, restocked: true });
  });
});

describe.concurrent.each(activityModes)('undo, %s', (activityMode) => {
  const undoing: readonly StepName[] = ['voidHold', 'releaseStock', 'releaseClaim', 'failOrder'];

  test.each(undoing)('%s keeps failing: it is repeated until it succeeds', async (step) => {
    const { shop, run } = lab.order({
      holdFunds: [refused('INSUFFICIENT_FUNDS')],
      [step]: [down, replyLost, refused('SOMETHING_UNHEARD_OF'), down],
    });
    expect(await run({ activityMode })).toMatchObject({ status: 'FAILED', failure: { reason: 'INSUFFICIENT_FUNDS' } });
    expect(countOf(shop, step)).toBe(5);
    expectUndone(shop, 'FAILED');
    expectUndoInOrder(shop, 'failOrder');
  });

  test('void answers that the money is taken: nothing is undone, the order completes', async () => {
    const contradiction = refused('EXPIRED');
    const { shop, run } = lab.order({
      captureFunds: [
        async (capture) => {
          capture();
          return await contradiction(capture);
        },
      ],
    });
    expect(await run({ activityMode })).toMatchObject({ status: 'COMPLETED' });
    expect(stepsOf(shop).slice(-3)).toEqual(['voidHold', 'commitStock', 'completeOrder']);
    expectBought(shop);
  });

  test('goods that were committed although no money was taken are restocked', async () => {
    const { shop, run } = lab.order({ captureFunds: [refused('EXPIRED')] });
    shop.reservation = 'COMMITTED';
    expect(await run({ activityMode })).toMatchObject({ status: 'FAILED' });
    expect(shop).toMatchObject({ restocked: true, hold: 'VOIDED', claim: 'RELEASED' });
  });
});
