import { CancellationScope, isCancellation, proxyActivities, proxyLocalActivities, sleep } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';
import type { Activities, StepPolicy } from './contract/checkout.ts';
import type { Progress } from './progress.ts';
import { asRefusal, GaveUp, reasonOf, Refusal } from './refusals.ts';

/** One call of a service. `key` names it in the progress, `summary` in Temporal's UI. */
export interface Step<Result> {
  readonly key: string;
  readonly summary: string;
  readonly call: (activities: Activities) => Promise<Result>;
}

/**
 * How a step is tried. Only forward steps may run as local activities (rules S24 and S25): a worker can lose its
 * workflow without noticing, and an undo that it still ran locally would act beside the workflow's next run.
 */
export interface Steps {
  /** Tries locally first and gives up after `giveUpAfterMs` (rule S11). @throws Refusal, GaveUp */
  bounded<Result>(step: Step<Result>): Promise<Result>;
  /** Tries locally first and never gives up (rules S13 and S15). @throws Refusal */
  lasting<Result>(step: Step<Result>): Promise<Result>;
  /**
   * Never runs locally and never gives up. It retries refusals too, since no undo may be left out (rule S22).
   * @throws Refusal with a reason in `heeds`
   */
  insist<Result>(step: Step<Result>, ...heeds: readonly string[]): Promise<Result>;
}

const defaultPolicy: StepPolicy = {
  localStartToCloseMs: 2_000,
  regularStartToCloseMs: 5_000,
  initialIntervalMs: 200,
  maximumIntervalMs: 5_000,
  giveUpAfterMs: 60_000,
  lastingMaximumIntervalMs: 30_000,
};

export interface StepOptions {
  readonly localFirst: boolean;
  readonly policy: Partial<StepPolicy> | undefined;
  readonly progress: Progress;
}

interface Context {
  readonly localFirst: boolean;
  readonly timing: StepPolicy;
  readonly progress: Progress;
}

export function createSteps({ localFirst, policy, progress }: StepOptions): Steps {
  const context: Context = { localFirst, timing: { ...defaultPolicy, ...policy }, progress };
  const { timing } = context;
  const bounded = { ...regular(timing, timing.maximumIntervalMs), scheduleToCloseTimeout: timing.giveUpAfterMs };
  const lasting = regular(timing, timing.lastingMaximumIntervalMs);
  return {
    bounded: (step) => tracked(context, step, () => forward(context, step, bounded)),
    lasting: (step) => {
      const isFinal = (error: unknown) => !(error instanceof GaveUp);
      return tracked(context, step, () => untilAnswered(context, step, () => forward(context, step, lasting), isFinal));
    },
    insist: (step, ...heeds) => {
      const isFinal = (error: unknown) =>
        isCancellation(error) || (error instanceof Refusal && heeds.includes(error.failure.reason));
      return tracked(context, step, () => untilAnswered(context, step, () => once(step, lasting), isFinal));
    },
  };
}

function regular(timing: StepPolicy, maximumIntervalMs: number): ActivityOptions {
  return {
    startToCloseTimeout: timing.regularStartToCloseMs,
    retry: {
      initialInterval: timing.initialIntervalMs,
      backoffCoefficient: 2,
      maximumInterval: Math.max(maximumIntervalMs, timing.initialIntervalMs),
    },
  };
}

/** Runs the step as a regular activity, which Temporal retries by its options. */
async function once<Result>(step: Step<Result>, options: ActivityOptions): Promise<Result> {
  try {
    return await step.call(proxyActivities<Activities>({ ...options, summary: step.summary }));
  } catch (error) {
    if (isCancellation(error)) throw error;
    throw asRefusal(error) ?? new GaveUp(reasonOf(error));
  }
}

async function forward<Result>(context: Context, step: Step<Result>, options: ActivityOptions): Promise<Result> {
  if (!context.localFirst) return await once(step, options);
  const local = await tryLocally(context, step);
  if (local.answered) return local.result;
  context.progress.set(step.key, 'retrying', local.reason);
  return await once(step, options);
}

type LocalAnswer<Result> =
  { readonly answered: true; readonly result: Result } | { readonly answered: false; readonly reason: string };

async function tryLocally<Result>({ timing }: Context, step: Step<Result>): Promise<LocalAnswer<Result>> {
  const activities = proxyLocalActivities<Activities>({
    startToCloseTimeout: timing.localStartToCloseMs,
    retry: { maximumAttempts: 1 },
    summary: step.summary,
  });
  try {
    // Rule S25: never cancelled. A cancel that crosses the answer would make the SDK fail the workflow task.
    const result = await CancellationScope.nonCancellable(() => step.call(activities));
    return { answered: true, result };
  } catch (error) {
    const refusal = asRefusal(error);
    if (refusal !== undefined) throw refusal;
    return { answered: false, reason: reasonOf(error) };
  }
}

/** Tries again until the step has an answer: an operator can end even an activity without a limit (rule S15). */
async function untilAnswered<Result>(
  { timing, progress }: Context,
  step: Step<Result>,
  attempt: () => Promise<Result>,
  isFinal: (error: unknown) => boolean,
): Promise<Result> {
  for (let pauseMs = timing.initialIntervalMs; ; pauseMs = Math.min(2 * pauseMs, timing.lastingMaximumIntervalMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (isFinal(error)) throw error;
      progress.set(step.key, 'retrying', messageOf(error));
      await sleep(pauseMs);
    }
  }
}

async function tracked<Result>({ progress }: Context, step: Step<Result>, run: () => Promise<Result>): Promise<Result> {
  progress.set(step.key, 'running');
  try {
    const result = await run();
    progress.set(step.key, 'done');
    return result;
  } catch (error) {
    if (isCancellation(error)) progress.set(step.key, 'stopped');
    else progress.set(step.key, 'refused', messageOf(error));
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
