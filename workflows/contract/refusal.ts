import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Failure } from './checkout.ts';

/**
 * The failure with which an activity reports a service's refusal; it is not retryable. Its type is the reason, so that
 * Temporal's UI shows it. It is benign, so that the SDK does not log an expected refusal as an error.
 */
export function refusal({ reason, message, metadata }: Failure): ApplicationFailure {
  const failure: Failure = { reason, message, metadata };
  return ApplicationFailure.create({
    message,
    type: reason,
    nonRetryable: true,
    details: [failure],
    category: ApplicationFailureCategory.BENIGN,
  });
}

/** The failure of a `refusal`; undefined for any other error. */
export function refusedWith(error: unknown): Failure | undefined {
  if (!(error instanceof ApplicationFailure) || error.nonRetryable !== true) return undefined;
  const detail = error.details?.[0];
  return isFailure(detail) ? detail : { reason: error.type ?? 'UNKNOWN', message: error.message, metadata: {} };
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'reason' in value && 'message' in value && 'metadata' in value;
}
