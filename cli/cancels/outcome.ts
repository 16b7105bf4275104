import { CliError, exitCodes } from '../exit.ts';
import { failureOf } from '../failure.ts';
import type { Told } from '../trail.ts';

/** CANCELLED, or NOT_CANCELLABLE if the order ends otherwise. */
export type Outcome = 'CANCELLED' | 'NOT_CANCELLABLE';

/** The outcome as the audit trail keeps it. */
export function toldOf(outcome: Outcome): Told {
  return outcome === 'CANCELLED' ? { detail: outcome } : { detail: outcome, refusal: outcome };
}

/** A cancel whose end takes longer than a command waits is no part that does not answer. @throws the error */
export function unlessItGoesOn(error: unknown): never {
  const { reason } = failureOf(error).failure;
  if (reason !== 'CANCELLATION_PENDING') throw error;
  const message =
    'the cancellation was accepted and is still under way; it goes on by itself: repeat the command to see how it ends';
  // Without the cause: that one names Temporal or the API, and both have answered.
  throw new CliError(reason, exitCodes.error, message);
}
