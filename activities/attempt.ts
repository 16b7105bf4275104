import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type {
  Activities,
  AttemptActivities,
  AttemptInput,
  Attempt,
  StepOutcome,
} from '../workflows/contract/checkout.ts';
import { refusedWith } from '../workflows/contract/refusal.ts';

type Forward = Pick<
  Activities,
  'claimCart' | 'reserveStock' | 'holdFunds' | 'captureFunds' | 'commitStock' | 'completeOrder'
>;

/**
 * All forward steps of a checkout as one activity (rule S25). It only goes on while everything is plain: whatever a step
 * answers besides "done" is told to the workflow, which decides what that means.
 */
export function createAttemptActivities(steps: Forward): AttemptActivities {
  async function attemptCheckout({ claim, reserve, hold }: AttemptInput): Promise<Attempt> {
    const key = { orderId: hold.orderId };
    const [claimCart, reserveStock, holdFunds] = await Promise.all([
      outcomeOf(() => steps.claimCart(claim)),
      outcomeOf(() => steps.reserveStock(reserve)),
      outcomeOf(() => steps.holdFunds(hold)),
    ]);
    const stageOne = { claimCart, reserveStock, holdFunds };
    if (!goesOn(claimCart, reserveStock, holdFunds)) return stageOne;
    const captureFunds = await outcomeOf(() => steps.captureFunds(key));
    if (!goesOn(captureFunds)) return { ...stageOne, captureFunds };
    const commitStock = await outcomeOf(() => steps.commitStock(key));
    if (!goesOn(commitStock)) return { ...stageOne, captureFunds, commitStock };
    const completeOrder = await outcomeOf(() => steps.completeOrder(key));
    return { ...stageOne, captureFunds, commitStock, completeOrder };
  }
  return { attemptCheckout };
}

/** Not after a step that is not done, nor after the workflow has stopped waiting for the attempt. */
function goesOn(...outcomes: readonly StepOutcome[]): boolean {
  return outcomes.every(({ outcome }) => outcome === 'done') && !cancellationSignal().aborted;
}

async function outcomeOf<Result>(call: () => Promise<Result>): Promise<StepOutcome<Result>> {
  const begunMs = performance.now();
  const tookMs = () => Math.round(performance.now() - begunMs);
  try {
    const result = await call();
    return { outcome: 'done', result, tookMs: tookMs() };
  } catch (error) {
    const failure = refusedWith(error);
    if (failure !== undefined) return { outcome: 'refused', failure, tookMs: tookMs() };
    const reason = (error instanceof ApplicationFailure ? error.type : undefined) ?? String(error);
    return { outcome: 'unanswered', reason, tookMs: tookMs() };
  }
}
