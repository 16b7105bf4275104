import { isCancellation } from '@temporalio/workflow';
import type { CancellationScope } from '@temporalio/workflow';
import type { Calls } from './calls.ts';
import type { Failure } from './contract/checkout.ts';
import { GaveUp, Refusal } from './refusals.ts';
import type { Step, Steps } from './steps.ts';

type Outcome = 'done' | 'stopped' | Refusal | GaveUp;

/**
 * Claims the cart, reserves stock and holds funds in parallel (rule S9). The first failure stops the retries of the
 * others, but all three are waited for, so that the reason shown does not depend on which was faster.
 * @returns the refusal of the cart, else of the stock, else of the funds; undefined if nothing failed or a cancel
 * stopped the stage
 */
export async function reserveAll(scope: CancellationScope, steps: Steps, calls: Calls): Promise<Failure | undefined> {
  async function outcomeOf(step: Step<void>): Promise<Outcome> {
    try {
      await steps.bounded(step);
      return 'done';
    } catch (error) {
      if (isCancellation(error)) return 'stopped';
      if (!(error instanceof Refusal) && !(error instanceof GaveUp)) throw error;
      scope.cancel();
      return error;
    }
  }
  const outcomes = await scope.run(() => Promise.all([calls.claim, calls.reserve, calls.hold].map(outcomeOf)));
  const refusal = outcomes.find((outcome) => outcome instanceof Refusal);
  if (refusal !== undefined) return refusal.failure;
  const gaveUp = outcomes.find((outcome) => outcome instanceof GaveUp);
  return gaveUp === undefined ? undefined : tooLate(gaveUp);
}

/** Rule S11: a step that is given up fails the order with EXPIRED. */
function tooLate(gaveUp: GaveUp): Failure {
  return {
    reason: 'EXPIRED',
    message: 'a part of the shop did not answer in time; nothing was taken',
    metadata: { lastReason: gaveUp.lastReason },
  };
}
