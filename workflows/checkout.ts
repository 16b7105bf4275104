import {
  allHandlersFinished,
  CancellationScope,
  condition,
  defineQuery,
  defineUpdate,
  log,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { goodsOf, headOf } from './about.ts';
import { createCalls } from './calls.ts';
import type { Calls } from './calls.ts';
import { cancelUpdateName, progressQueryName, searchAttributes } from './contract/checkout.ts';
import type {
  CancelOutcome,
  CheckoutInput,
  CheckoutProgress,
  CheckoutResult,
  Failure,
  OrderEnd,
} from './contract/checkout.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { Refusal } from './refusals.ts';
import { reserveAll } from './stage-one.ts';
import { createSteps } from './steps.ts';
import type { Steps } from './steps.ts';
import { releaseAll, undo } from './undo.ts';

const cancelUpdate = defineUpdate<CancelOutcome, [string]>(cancelUpdateName);
const progressQuery = defineQuery<CheckoutProgress>(progressQueryName);
const statusKey = { name: searchAttributes.status, type: 'KEYWORD' } as const;
const reasonKey = { name: searchAttributes.reason, type: 'KEYWORD' } as const;

interface Checkout {
  readonly input: CheckoutInput;
  readonly steps: Steps;
  readonly calls: Calls;
  readonly progress: Progress;
  /** Stage 1 runs in this scope, so that a cancel can stop it. */
  stageOne: CancellationScope | undefined;
  /** Why the checkout is to be cancelled; undefined while nobody has asked for it. */
  cancelCause: string | undefined;
  /** The money is taken: from now on the checkout only goes forward (rule S10). */
  captured: boolean;
  end: OrderEnd | undefined;
}

/**
 * Buys an order's lines. Stage 1 claims the cart, reserves stock and holds funds in parallel; stage 2 captures the
 * funds (the pivot, rule S10); stage 3 commits the stock and completes the order. Before the pivot a refusal, a cancel
 * or a missing answer undoes everything. The order's row decides how the checkout ended (rule S19). The workflow never
 * fails. See "The rules of the saga" in docs/architecture.md.
 */
export async function checkout(input: CheckoutInput): Promise<CheckoutResult> {
  const progress = createProgress(
    input.mode === 'run' ? 'Checkout starts' : 'Settling an interrupted checkout',
    headOf(input),
    goodsOf(input),
  );
  const self: Checkout = {
    input,
    steps: createSteps({ activityMode: input.activityMode, policy: input.policy, progress }),
    calls: createCalls(input),
    progress,
    stageOne: undefined,
    cancelCause: input.cancelCause,
    captured: false,
    end: undefined,
  };
  listen(self);
  const end = await proceed(self);
  self.end = end;
  progress.stage(headlineOf(self, end));
  upsertSearchAttributes([
    { key: statusKey, value: end.status },
    ...(input.setsReason && end.failure ? [{ key: reasonKey, value: end.failure.reason }] : []),
  ]);
  if (!allHandlersFinished()) await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return { orderId: input.orderId, ...end };
}

function headlineOf({ cancelCause }: Checkout, { status, failure }: OrderEnd): string {
  if (failure !== undefined) return `${status}: ${failure.reason} – ${failure.message}`;
  return status === 'CANCELLED' && cancelCause !== undefined ? `${status}: ${cancelCause}` : status;
}

/** A cancel stops stage 1, by update or by Temporal's cancel request. After the pivot it changes nothing (rule S27). */
function listen(self: Checkout): void {
  const { input } = self;
  setHandler(progressQuery, () => self.progress.now());
  setHandler(cancelUpdate, async (cause) => {
    self.cancelCause ??= cause;
    self.stageOne?.cancel();
    // A run that has captured can no longer end CANCELLED. A settling run can: the order may have been refunded since.
    const decided = () => self.end !== undefined || (self.captured && input.mode === 'run');
    await CancellationScope.nonCancellable(() => condition(decided));
    return self.end?.status === 'CANCELLED' ? 'CANCELLED' : 'NOT_CANCELLABLE';
  });
  CancellationScope.current().cancelRequested.catch(() => {
    self.cancelCause ??= 'cancelled by an operator';
  });
}

async function proceed(self: Checkout): Promise<OrderEnd> {
  const { input, steps, calls, progress } = self;
  if (input.mode === 'settle') return await CancellationScope.nonCancellable(() => giveUp(self, interruptedFailure));
  if (input.activityMode === 'grouped') {
    const completed = await attemptAll(self);
    if (completed !== undefined) return completed;
  }
  let failure: Failure | undefined;
  if (self.cancelCause === undefined) {
    progress.stage('Stage 1 of 3: claim the cart, reserve stock, hold funds');
    self.stageOne = new CancellationScope();
    failure = await reserveAll(self.stageOne, steps, calls);
  }
  // Rule S14: nothing cancels what comes after stage 1.
  return await CancellationScope.nonCancellable(async () => {
    if (failure === undefined && self.cancelCause === undefined) {
      progress.stage('Stage 2 of 3: take the money');
      failure = await refusalOf(() => steps.lasting(calls.capture));
      if (failure === undefined) return await finish(self);
    }
    return await giveUp(self, failure ?? interruptedFailure);
  });
}

/**
 * Tries all stages at once, unless somebody has cancelled already. What was not done then goes on step by step (rule S25).
 * @returns the order's end if it is COMPLETED, else undefined
 */
async function attemptAll({ steps, calls, progress, cancelCause }: Checkout): Promise<OrderEnd | undefined> {
  if (cancelCause !== undefined || CancellationScope.current().consideredCancelled) return undefined;
  progress.stage('Stages 1 to 3 at once');
  const complete = (await steps.attempt(calls.forward))?.completeOrder;
  return complete?.outcome === 'done' && complete.result.status === 'COMPLETED' ? complete.result : undefined;
}

/**
 * Undoes everything, then fails the order, or cancels it if somebody asked for that (rule S23). If the undo finds that
 * the money is already captured, the checkout goes forward instead (rules S21 and S29).
 */
async function giveUp(self: Checkout, failure: Failure): Promise<OrderEnd> {
  const { steps, calls, progress, cancelCause } = self;
  progress.stage(`Undoing: ${cancelCause ?? `${failure.reason} – ${failure.message}`}`);
  log.info('undoing the checkout', cancelCause === undefined ? { reason: failure.reason } : { cause: cancelCause });
  if ((await undo(steps, calls)) === 'captured') return await finish(self);
  return await steps.insist(cancelCause === undefined ? calls.fail(failure) : calls.cancel(cancelCause));
}

/** Stage 3, after the pivot: the buyer gets the goods, or the money goes back in full (rule S18). */
async function finish(self: Checkout): Promise<OrderEnd> {
  const { steps, calls, progress } = self;
  self.captured = true;
  progress.stage('Stage 3 of 3: commit stock, complete the order');
  const refusal = await refusalOf(() => steps.lasting(calls.commit));
  if (refusal !== undefined) return await giveMoneyBack(self, refusal);
  const end = await completed(self);
  if (end.status !== 'COMPLETED') {
    // Rule S19: another run or a refund has ended the order. Then neither money nor goods may stay taken.
    await steps.insist(calls.refund);
    await steps.insist(calls.restock);
  }
  return end;
}

async function completed({ steps, calls }: Checkout): Promise<OrderEnd> {
  try {
    return await steps.lasting(calls.complete);
  } catch (error) {
    if (error instanceof Refusal) return await steps.insist(calls.complete);
    throw error;
  }
}

async function giveMoneyBack({ steps, calls, progress }: Checkout, refusal: Failure): Promise<OrderEnd> {
  // A refused commit closes the reservation (rule S17), so a repeat gets ALREADY_RELEASED. To the buyer both mean the
  // same.
  const failure = refusal.reason === 'ALREADY_RELEASED' ? { ...refusal, reason: 'OUT_OF_STOCK' } : refusal;
  progress.stage(`Giving the money back: ${failure.reason} – ${failure.message}`);
  log.info('giving the money back', { reason: failure.reason });
  await steps.insist(calls.refund);
  await releaseAll(steps, calls);
  return await steps.insist(calls.fail(failure));
}

const interruptedFailure: Failure = {
  reason: 'EXPIRED',
  message: 'the checkout was interrupted and has been undone',
  metadata: {},
};

async function refusalOf(run: () => Promise<void>): Promise<Failure | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.failure;
    throw error;
  }
}
