import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import type { Failure } from './contract/checkout.ts';

/** A definitive no: the step's effect did not happen, and asking again brings the same answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`${failure.reason}: ${failure.message}`);
    this.failure = failure;
  }
}

/** No definitive answer within the time that a step before the pivot has. Its effect may have happened. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp';
  readonly lastReason: string;

  constructor(lastReason: string) {
    super(`no answer in time, at last ${lastReason}`);
    this.lastReason = lastReason;
  }
}

/** The refusal in what an activity threw, if it is one; anything else is transient or unknown. */
export function asRefusal(error: unknown): Refusal | undefined {
  // A local activity's failure comes bare.
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure) || cause.nonRetryable !== true) return undefined;
  const detail = cause.details?.[0];
  return new Refusal(isFailure(detail) ? detail : { reason: reasonOf(error), message: cause.message, metadata: {} });
}

/** A word for what went wrong, for people. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return cause.type ?? 'UNKNOWN';
  if (cause instanceof TimeoutFailure) {
    // The attempt before the timeout stands in the original only.
    return cause.failure?.cause?.applicationFailureInfo?.type ?? `TIMED_OUT (${cause.timeoutType})`;
  }
  return cause instanceof Error ? cause.message : String(cause);
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'reason' in value && 'message' in value && 'metadata' in value;
}
