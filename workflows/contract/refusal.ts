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
