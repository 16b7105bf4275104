import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import type { Failure } from './contract/checkout.ts';
import { refusedWith } from './contract/refusal.ts';

/**
 * A service's definitive refusal of a step: the effect did not happen, and a repeat gets the same answer (rule S12).
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`${failure.reason}: ${failure.message}`);
    this.failure = failure;
  }
}

/** A step before the pivot got no definitive answer in time (rule S11). Its effect may have happened. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp';
  readonly lastReason: string;

  constructor(lastReason: string) {
    super(`no answer in time; the last attempt failed with ${lastReason}`);
    this.lastReason = lastReason;
  }
}

/** The refusal that an activity threw; undefined for transient and unknown errors. */
export function asRefusal(error: unknown): Refusal | undefined {
  // The SDK wraps the failure of a regular activity, but not that of a local one.
  const failure = refusedWith(error instanceof ActivityFailure ? error.cause : error);
  return failure && new Refusal(failure);
}

/** The reason of an error, for people: the reason of a failed activity, else `TIMED_OUT (…)` or the error's message. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return cause.type ?? 'UNKNOWN';
  if (cause instanceof TimeoutFailure) {
    // Why the last attempt failed stands only in the timeout's original failure.
    return cause.failure?.cause?.applicationFailureInfo?.type ?? `TIMED_OUT (${cause.timeoutType})`;
  }
  return cause instanceof Error ? cause.message : String(cause);
}
