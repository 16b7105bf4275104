import { isGrpcServiceError, ServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { ReasonOf } from '../../proto/reasons.ts';
import { AppError } from '../errors/app-error.ts';

const defaultRetryAfterSeconds = 5;

/** Temporal did not answer. What was asked may have happened; asking again is safe. */
export function temporalUnavailable(cause: unknown): AppError {
  return new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'the workflow service does not answer, try again', {
    kind: 'unknown',
    retryAfterSeconds: defaultRetryAfterSeconds,
    cause,
  });
}

/** It was begun for certain and goes on; only its end took longer than a caller waits. */
export function stillUnderWay(reason: ReasonOf<'unavailable'>, message: string, cause: unknown): AppError {
  return new AppError('unavailable', reason, message, {
    kind: 'unknown',
    retryAfterSeconds: defaultRetryAfterSeconds,
    cause,
  });
}

/** What calls end with whose connection is closed under them, or was before: by name, since one is of native code. */
const closedConnection = /^NativePromiseDroppedError|^IllegalStateError|^Error: Channel has been shut down/;

/** Whether an error of the SDK is Temporal's silence or a closed connection, rather than an answer. */
export function isAway(error: unknown): boolean {
  return (
    closedConnection.test(String(error)) ||
    error instanceof ServiceError ||
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isGrpcServiceError(error) ||
    (error instanceof Error && isGrpcServiceError(error.cause))
  );
}
