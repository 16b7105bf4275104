import { ApplicationFailure } from '@temporalio/common';
import { refusal } from '../contract/refusal.ts';

/** What happens in one attempt of a step. It may run the step's effect, and it may fail before or after it. */
export type Fault = <Result>(effect: () => Result) => Promise<Result>;

/** The service refuses definitively. */
export function refused(reason: string): Fault {
  return async () => {
    throw refusal({ reason, message: `refused: ${reason}`, metadata: { from: 'test' } });
  };
}

/** The request never arrives: no effect, a transient error. */
export const down: Fault = async () => {
  throw ApplicationFailure.retryable('the service is down', 'UNAVAILABLE');
};

/** The service can't be reached for `ms` milliseconds, counted from the first attempt. */
export function downFor(ms: number): Fault {
  let backAt: number | undefined;
  return async (effect) => {
    backAt ??= Date.now() + ms;
    return await (Date.now() < backAt ? down : fine)(effect);
  };
}

/** The step takes effect, and its answer is lost. */
export const replyLost: Fault = async (effect) => {
  effect();
  throw ApplicationFailure.retryable('no answer came', 'DEADLINE_EXCEEDED');
};

/** The attempt succeeds. */
export const fine: Fault = async (effect) => effect();

export interface Barrier {
  readonly fault: Fault;
  /** Resolves when an attempt waits at the barrier. */
  readonly reached: Promise<void>;
  readonly open: () => void;
  /** Resolves when an attempt that passed the barrier is over. */
  readonly passed: Promise<void>;
}

/** Lets an attempt wait until the test opens the barrier. Then the attempt goes on as `then` says. */
export function barrier(then: Fault = fine): Barrier {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const passed = Promise.withResolvers<void>();
  return {
    reached: reached.promise,
    open: opened.resolve,
    passed: passed.promise,
    fault: async (effect) => {
      reached.resolve();
      await opened.promise;
      return await then(effect).finally(passed.resolve);
    },
  };
}
