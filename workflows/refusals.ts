import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import type { Failure } from './contract/checkout.ts';

/** A service refused the step for good: the effect did not happen, and a repeat gets the same answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`${failure.reason}: ${failure.message}`);
    this.failure = failure;
  }
}

/** A step before the pivot had no definitive answer in its time. Its effect may have happened. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp';
  readonly lastReason: string;

  constructor(lastReason: string) {
    super(`no answer in time, at last ${lastReason}`);
    this.lastReason = lastReason;
  }
}

/** The refusal that an activity threw; undefined for errors that are transient or of unknown outcome. */
export function asRefusal(error: unknown): Refusal | undefined {
  // The failure of a local activity is not wrapped.
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure) || cause.nonRetryable !== true) return undefined;
  const detail = cause.details?.[0];
  return new Refusal(isFailure(detail) ? detail : { reason: reasonOf(error), message: cause.message, metadata: {} });
}

/** Names what went wrong, for people. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return cause.type ?? 'UNKNOWN';
  if (cause instanceof TimeoutFailure) {
    // Only the original failure names the attempt before the timeout.
    return cause.failure?.cause?.applicationFailureInfo?.type ?? `TIMED_OUT (${cause.timeoutType})`;
  }
  return cause instanceof Error ? cause.message : String(cause);
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'reason' in value && 'message' in value && 'metadata' in value;
}
