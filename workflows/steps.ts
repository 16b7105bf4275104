import {
  ActivityCancellationType,
  CancellationScope,
  isCancellation,
  patched,
  proxyActivities,
  proxyLocalActivities,
  sleep,
} from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';
import type {
  Activities,
  ActivityMode,
  Attempt,
  AttemptActivities,
  StepOutcome,
  StepPolicy,
} from './contract/checkout.ts';
import type { Progress } from './progress.ts';
import { asRefusal, GaveUp, reasonOf, Refusal } from './refusals.ts';

/** One call of `service`. `key` names it in the progress, `summary` in Temporal's UI. */
export interface Step<Result> {
  readonly key: string;
  readonly service: 'cart' | 'products' | 'wallet' | 'order';
  readonly summary: string;
  readonly call: (activities: Activities) => Promise<Result>;
  /** Where an attempt tells of this step. Only forward steps have it. */
  readonly attempted?: (attempt: Attempt) => StepOutcome<Result> | undefined;
}

/** Steps that one local activity takes, each once. */
export interface Group {
  readonly steps: readonly Pick<Step<unknown>, 'key' | 'attempted'>[];
  /** Names every step. */
  readonly summary: string;
  readonly call: (activities: AttemptActivities) => Promise<Attempt>;
}

/**
 * How a step is tried. Only forward steps may run as local activities (rules S24 and S25): a worker can lose its
 * workflow without noticing, and an undo that it still ran locally would act beside the workflow's next run.
 */
export interface Steps {
  /**
   * Tries all steps of the group locally, at once. What it learns is what `bounded` and `lasting` then take as the first
   * try of such a step. @returns undefined if the whole attempt got no answer
   */
  attempt(group: Group): Promise<Attempt | undefined>;
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
  groupedStartToCloseMs: 6_000,
  regularStartToCloseMs: 5_000,
  initialIntervalMs: 200,
  maximumIntervalMs: 5_000,
  giveUpAfterMs: 60_000,
  lastingMaximumIntervalMs: 30_000,
};

export interface StepOptions {
  readonly activityMode: ActivityMode;
  readonly policy: Partial<StepPolicy> | undefined;
  readonly progress: Progress;
}

interface Context {
  readonly activityMode: ActivityMode;
  readonly timing: StepPolicy;
  readonly progress: Progress;
  /** What the attempt at all steps told, or why it told nothing; undefined if there was none. */
  attempt: Attempt | { readonly unanswered: string } | undefined;
}

export function createSteps({ activityMode, policy, progress }: StepOptions): Steps {
  const timing = { ...defaultPolicy, ...policy };
  const context: Context = { activityMode, timing, progress, attempt: undefined };
  const bounded = { ...regular(timing, timing.maximumIntervalMs), scheduleToCloseTimeout: timing.giveUpAfterMs };
  const lasting = regular(timing, timing.lastingMaximumIntervalMs);
  return {
    attempt: (group) => attempt(context, group),
    bounded: (step) => tracked(context, step, () => forward(context, step, () => ({ ...bounded, ...stopped() }))),
    lasting: (step) => {
      const isFinal = (error: unknown) => !(error instanceof GaveUp);
      return tracked(context, step, () =>
        untilAnswered(context, step, () => forward(context, step, () => lasting), isFinal),
      );
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

/**
 * A step that is stopped is still waited for: its answer may be on its way, and a refusal must count, whichever step was
 * faster (rule S9). Temporal ends one that waits for its next try at once.
 */
function stopped(): Pick<ActivityOptions, 'cancellationType'> {
  return patched('wait-for-stopped-steps')
    ? { cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED }
    : {};
}

async function forward<Result>(context: Context, step: Step<Result>, options: () => ActivityOptions): Promise<Result> {
  const first = context.activityMode === 'local-first' ? await tryLocally(context, step) : attempted(context, step);
  if (first?.outcome === 'done') return first.result;
  if (first?.outcome === 'refused') {
    context.progress.set(step.key, 'running', undefined, first.tookMs);
    throw new Refusal(first.failure);
  }
  if (first !== undefined) context.progress.set(step.key, 'retrying', `${step.service}: ${first.reason}`, first.tookMs);
  return await once(step, options());
}

/** How the step came out of the attempt at all steps; undefined if that did not begin it. */
function attempted<Result>({ attempt: told }: Context, step: Step<Result>): StepOutcome<Result> | undefined {
  if (told === undefined) return undefined;
  if ('unanswered' in told) return { outcome: 'unanswered', reason: told.unanswered };
  return step.attempted?.(told);
}

async function tryLocally<Result>({ timing }: Context, step: Step<Result>): Promise<StepOutcome<Result>> {
  const options = { ...oneAttempt, startToCloseTimeout: timing.localStartToCloseMs, summary: step.summary };
  try {
    const result = await uncancelled(() => step.call(proxyLocalActivities<Activities>(options)));
    return { outcome: 'done', result };
  } catch (error) {
    const refusal = asRefusal(error);
    if (refusal !== undefined) return { outcome: 'refused', failure: refusal.failure };
    return { outcome: 'unanswered', reason: reasonOf(error) };
  }
}

async function attempt(context: Context, group: Group): Promise<Attempt | undefined> {
  const { timing, progress } = context;
  const options = { ...oneAttempt, startToCloseTimeout: timing.groupedStartToCloseMs, summary: group.summary };
  try {
    const told = await uncancelled(() => group.call(proxyLocalActivities<AttemptActivities>(options)));
    context.attempt = told;
    for (const { key, attempted } of group.steps) {
      const outcome = attempted?.(told);
      if (outcome?.outcome === 'done') progress.set(key, 'done', undefined, outcome.tookMs);
    }
    return told;
  } catch (error) {
    context.attempt = { unanswered: reasonOf(error) };
    return undefined;
  }
}

const oneAttempt = { retry: { maximumAttempts: 1 } };

/** Rule S25: a local attempt is not cancelled. A cancel that crosses its answer makes the SDK fail the workflow task. */
const uncancelled = <Result>(call: () => Promise<Result>): Promise<Result> => CancellationScope.nonCancellable(call);

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
      progress.set(step.key, 'retrying', `${step.service}: ${messageOf(error)}`);
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
