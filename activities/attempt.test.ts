import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, test } from 'vitest';
import type { Activities, Attempt, AttemptInput } from '../workflows/contract/checkout.ts';
import { refusal } from '../workflows/contract/refusal.ts';
import { createAttemptActivities } from './attempt.ts';

const orderId = '6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b';
const userId = '5b3a4a53-6a52-4a39-9d4f-4bd2b1c6a001';
const ttlSeconds = 900;
const input: AttemptInput = {
  claim: { orderId, userId, cartVersion: '7', ttlSeconds },
  reserve: { orderId, lines: [], ttlSeconds },
  hold: { orderId, userId, amount: { currencyCode: 'USD', minorUnits: '1999' }, ttlSeconds, captureDeadlineMs: 1 },
};
const steps = ['claimCart', 'reserveStock', 'holdFunds', 'captureFunds', 'commitStock', 'completeOrder'] as const;
type Name = (typeof steps)[number];

/** Runs an attempt over steps that succeed, except for those that are given. */
async function attempt(given: Partial<Pick<Activities, Name>> = {}, environment = new MockActivityEnvironment()) {
  const called: (readonly [string, unknown])[] = [];
  const step = <Result>(name: Name, result: Result) => {
    return async (of: unknown): Promise<Result> => {
      called.push([name, of]);
      const other = given[name] as ((of: unknown) => Promise<Result>) | undefined;
      return other === undefined ? result : await other(of);
    };
  };
  const { attemptCheckout } = createAttemptActivities({
    claimCart: step('claimCart', undefined),
    reserveStock: step('reserveStock', undefined),
    holdFunds: step('holdFunds', undefined),
    captureFunds: step('captureFunds', undefined),
    commitStock: step('commitStock', undefined),
    completeOrder: step('completeOrder', { status: 'COMPLETED' as const }),
  });
  const told = await environment.run<[AttemptInput], Attempt, typeof attemptCheckout>(attemptCheckout, input);
  return { told, called: called.map(([name]) => name), inputs: Object.fromEntries(called) };
}

const quiet = () => new MockActivityEnvironment({ isLocal: true }, { logger: new DefaultLogger('ERROR') });
const failure = { reason: 'NO', message: 'refused', metadata: { why: 'test' } };
const refuses = async (): Promise<never> => Promise.reject(refusal(failure));
const isAway = async (): Promise<never> => Promise.reject(ApplicationFailure.retryable('away', 'DATABASE_BUSY'));
// Each outcome tells how long its call took.
const tookMs: unknown = expect.any(Number);
const done = { outcome: 'done', tookMs };

test('takes every step once, in the order of the saga, keyed by the order', async () => {
  const { told, called, inputs } = await attempt();
  expect(called).toEqual(steps);
  expect(told).toEqual({
    claimCart: done,
    reserveStock: done,
    holdFunds: done,
    captureFunds: done,
    commitStock: done,
    completeOrder: { outcome: 'done', result: { status: 'COMPLETED' }, tookMs },
  });
  const key = { orderId };
  expect(inputs).toEqual({
    claimCart: input.claim,
    reserveStock: input.reserve,
    holdFunds: input.hold,
    captureFunds: key,
    commitStock: key,
    completeOrder: key,
  });
});

test('stage 1 runs at once', async () => {
  const all = Promise.withResolvers<void>();
  let waiting = 0;
  const together = async () => {
    waiting += 1;
    if (waiting === 3) all.resolve();
    await all.promise;
  };
  const { told } = await attempt({ claimCart: together, reserveStock: together, holdFunds: together });
  expect(told.completeOrder).toMatchObject(done);
});

describe.each([
  ['refused', refuses, { outcome: 'refused', failure, tookMs }],
  ['unanswered', isAway, { outcome: 'unanswered', reason: 'DATABASE_BUSY', tookMs }],
  [
    'broken',
    async () => Promise.reject(new TypeError('oops')),
    { outcome: 'unanswered', reason: 'TypeError: oops', tookMs },
  ],
] as const)('a step that is %s', (_, fails, outcome) => {
  test.each(steps.slice(0, 3))('%s: its siblings are waited for, and no money is taken', async (step) => {
    const { told, called } = await attempt({ [step]: fails }, quiet());
    expect(told).toEqual({ claimCart: done, reserveStock: done, holdFunds: done, [step]: outcome });
    expect(called).toEqual(steps.slice(0, 3));
  });

  test.each(steps.slice(3))('%s: nothing comes after it', async (step) => {
    const { told, called } = await attempt({ [step]: fails }, quiet());
    expect(told[step]).toEqual(outcome);
    expect(Object.keys(told)).toEqual(called);
    expect(called.at(-1)).toBe(step);
  });
});

test('every step of stage 1 tells for itself', async () => {
  const { told } = await attempt({ claimCart: isAway, reserveStock: refuses }, quiet());
  expect(told).toEqual({
    claimCart: { outcome: 'unanswered', reason: 'DATABASE_BUSY', tookMs },
    reserveStock: { outcome: 'refused', failure, tookMs },
    holdFunds: done,
  });
});

test.each(steps.slice(0, 5))('begins nothing after %s if the workflow no longer waits for it', async (step) => {
  const environment = quiet();
  const { called } = await attempt({ [step]: async () => environment.cancel('TIMED_OUT') }, environment);
  expect(called).toEqual(steps.slice(0, Math.max(3, steps.indexOf(step) + 1)));
});
