import { ApplicationFailure } from '@temporalio/common';
import { refusal } from '../contract/refusal.ts';

/** What befalls one attempt of a step, instead of or around its effect. */
export type Fault = <Result>(effect: () => Result) => Promise<Result>;

/** The service refuses for good. */
export function refused(reason: string): Fault {
  return async () => {
    throw refusal({ reason, message: `refused: ${reason}`, metadata: { from: 'test' } });
  };
}

/** The request never arrives. */
export const down: Fault = async () => {
  throw ApplicationFailure.retryable('the service is down', 'UNAVAILABLE');
};

/** The service can't be reached for so long, counted from the first attempt. */
export function downFor(ms: number): Fault {
  let backAt: number | undefined;
  return async (effect) => {
    backAt ??= Date.now() + ms;
    return await (Date.now() < backAt ? down : fine)(effect);
  };
}

/** It takes effect, and the answer is lost. */
export const replyLost: Fault = async (effect) => {
  effect();
  throw ApplicationFailure.retryable('no answer came', 'DEADLINE_EXCEEDED');
};

/** Nothing wrong with this attempt. */
export const fine: Fault = async (effect) => effect();

export interface Gate {
  readonly fault: Fault;
  /** Resolves once an attempt stands at the gate. */
  readonly reached: Promise<void>;
  readonly open: () => void;
  /** Resolves once an attempt that was let through is over. */
  readonly passed: Promise<void>;
}

/** Holds an attempt up until the gate is opened; then it goes on as `then` says. */
export function gate(then: Fault = fine): Gate {
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
