import { isGrpcServiceError, ServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { ReasonOf } from '../../proto/reasons.ts';
import { AppError } from '../errors/app-error.ts';

const defaultRetryAfterSeconds = 5;

/** Temporal did not answer. What was asked may have happened; asking again is safe. */
export function temporalUnavailable(cause: unknown): AppError {
  return new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'the workflow service does not answer; try again', {
    kind: 'unknown',
    retryAfterSeconds: defaultRetryAfterSeconds,
    cause,
  });
}

/** The work has certainly begun and goes on. Only its end took longer than the caller waits. */
export function stillUnderWay(reason: ReasonOf<'unavailable'>, message: string, cause: unknown): AppError {
  return new AppError('unavailable', reason, message, {
    kind: 'unknown',
    retryAfterSeconds: defaultRetryAfterSeconds,
    cause,
  });
}

/** Errors of calls whose connection is closed. They are found by name, because one comes from native code. */
const closedConnection = /^NativePromiseDroppedError|^IllegalStateError|^Error: Channel has been shut down/;

/** Whether an error of the SDK means that Temporal did not answer, or that the connection is closed. */
export function isAway(error: unknown): boolean {
  return (
    closedConnection.test(String(error)) ||
    error instanceof ServiceError ||
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isGrpcServiceError(error) ||
    (error instanceof Error && isGrpcServiceError(error.cause))
  );
}
