import { Code, ConnectError } from '@connectrpc/connect';
import { errorFromJsonBytes, errorToJsonBytes } from '@connectrpc/connect/protocol-connect';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { errorDomain } from '../../proto/reasons.ts';
import { AppError, type ErrorCode, type ErrorKind } from './app-error.ts';
import { causesOf } from './causes.ts';
import { retryDelay } from './to-connect.ts';

const codes: Record<Code, ErrorCode> = {
  [Code.InvalidArgument]: 'invalid_argument',
  [Code.OutOfRange]: 'invalid_argument',
  [Code.Unauthenticated]: 'unauthenticated',
  [Code.PermissionDenied]: 'permission_denied',
  [Code.NotFound]: 'not_found',
  [Code.AlreadyExists]: 'already_exists',
  [Code.FailedPrecondition]: 'failed_precondition',
  [Code.Aborted]: 'aborted',
  [Code.ResourceExhausted]: 'resource_exhausted',
  [Code.Unavailable]: 'unavailable',
  [Code.Canceled]: 'unavailable',
  [Code.DeadlineExceeded]: 'deadline_exceeded',
  [Code.Unimplemented]: 'unimplemented',
  [Code.Internal]: 'internal',
  [Code.Unknown]: 'internal',
  [Code.DataLoss]: 'internal',
};

/** Codes of errors after which the call was certainly not processed, because there was no connection. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function isNeverSent(error: ConnectError): boolean {
  for (const at of causesOf(error)) {
    if ('code' in at && typeof at.code === 'string' && neverSent.has(at.code)) return true;
    if (at.message.includes('REFUSED_STREAM')) return true;
  }
  return false;
}

/** An error without our ErrorInfo comes from the network, a proxy or the framework. So it is never definitive. */
function withoutErrorInfo(error: ConnectError): AppError {
  if (isNeverSent(error)) {
    return new AppError('unavailable', 'UPSTREAM_UNAVAILABLE', 'a service cannot be reached', {
      kind: 'transient',
      cause: error,
    });
  }
  const code = codes[error.code];
  if (code === 'deadline_exceeded') {
    return new AppError(code, 'DEADLINE_EXCEEDED', 'a service did not answer in time', { cause: error });
  }
  return new AppError('unavailable', 'UPSTREAM_UNAVAILABLE', 'a service did not answer properly', {
    kind: code === 'unimplemented' ? 'transient' : 'unknown',
    cause: error,
  });
}

const unknownReasons = new Set(['DATABASE_OUTCOME_UNKNOWN', 'INTERNAL', 'DEADLINE_EXCEEDED', 'CANCELED', 'UNKNOWN']);

function kindOf(code: ErrorCode, reason: string): ErrorKind | undefined {
  if (unknownReasons.has(reason)) return 'unknown';
  return code === 'unimplemented' ? 'transient' : undefined;
}

/**
 * Maps an error of a call to another service to an AppError with that service's code and reason. It is definitive only
 * if the service said so (rule S12). A failure on the way is `unknown`, unless the call was certainly not processed.
 */
export function fromConnectError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const connectError = ConnectError.from(error);
  // Connect wraps the errors of our own client interceptors.
  if (connectError.cause instanceof AppError) return connectError.cause;
  return fromWire(connectError);
}

function fromWire(connectError: ConnectError): AppError {
  const info = connectError.findDetails(ErrorInfoSchema).find(({ domain }) => domain === errorDomain);
  if (info === undefined) return withoutErrorInfo(connectError);
  const code = codes[connectError.code];
  const kind = kindOf(code, info.reason);
  const violations = connectError
    .findDetails(BadRequestSchema)
    .flatMap((detail) => detail.fieldViolations.map(({ field, description }) => ({ field, description })));
  const delay = connectError.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return new AppError(code, { received: info.reason }, connectError.rawMessage, {
    metadata: info.metadata,
    violations,
    cause: connectError,
    ...(kind === undefined ? {} : { kind }),
    ...(delay === undefined ? {} : { retryAfterSeconds: secondsOf(delay) }),
  });
}

/**
 * The error that a caller in another process would receive. Its cause stays with the service, and its kind follows from
 * its code and reason, because neither travels.
 */
export function asReceived(error: AppError | ConnectError): AppError {
  if (error instanceof ConnectError) {
    const bytes = errorToJsonBytes(error, undefined);
    return fromWire(errorFromJsonBytes(bytes, undefined, new ConnectError('internal error', Code.Internal)));
  }
  const { code, reason, message, metadata, violations, retryAfterSeconds } = error;
  const kind = kindOf(code, reason);
  return new AppError(code, { received: reason }, message, {
    metadata: { ...metadata },
    violations: violations.map(({ field, description }) => ({ field, description })),
    ...(kind === undefined ? {} : { kind }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds: secondsOf(retryDelay(retryAfterSeconds)) }),
  });
}

function secondsOf({ seconds, nanos }: { readonly seconds: bigint; readonly nanos: number }): number {
  return Number(seconds) + nanos / 1e9;
}
