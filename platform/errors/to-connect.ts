import { Code, ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { errorDomain } from '../../proto/reasons.ts';
import { AppError, type ErrorCode } from './app-error.ts';
import { codeName } from './code-name.ts';
import { fromPostgresError } from './from-postgres.ts';

const codes: Record<ErrorCode, Code> = {
  invalid_argument: Code.InvalidArgument,
  unauthenticated: Code.Unauthenticated,
  permission_denied: Code.PermissionDenied,
  not_found: Code.NotFound,
  already_exists: Code.AlreadyExists,
  failed_precondition: Code.FailedPrecondition,
  aborted: Code.Aborted,
  resource_exhausted: Code.ResourceExhausted,
  unavailable: Code.Unavailable,
  deadline_exceeded: Code.DeadlineExceeded,
  unimplemented: Code.Unimplemented,
  internal: Code.Internal,
};

function retryDelay(seconds: number): { seconds: bigint; nanos: number } {
  const whole = Math.floor(seconds);
  return { seconds: BigInt(whole), nanos: Math.round((seconds - whole) * 1e9) };
}

function fromAppError(error: AppError): ConnectError {
  const details: ConstructorParameters<typeof ConnectError>[3] = [
    { desc: ErrorInfoSchema, value: { reason: error.reason, domain: errorDomain, metadata: { ...error.metadata } } },
  ];
  if (error.violations.length > 0) {
    const fieldViolations = error.violations.map(({ field, description }) => ({ field, description }));
    details.push({ desc: BadRequestSchema, value: { fieldViolations } });
  }
  if (error.retryAfterSeconds !== undefined) {
    details.push({ desc: RetryInfoSchema, value: { retryDelay: retryDelay(error.retryAfterSeconds) } });
  }
  const metadata = new Headers();
  if (error.code === 'unauthenticated') metadata.set('www-authenticate', 'Bearer');
  if (error.retryAfterSeconds !== undefined) metadata.set('retry-after', String(Math.ceil(error.retryAfterSeconds)));
  return new ConnectError(error.message, codes[error.code], metadata, details, error);
}

/** Connect's own errors (deadline, cancel, unimplemented) have no reason. The name of the code becomes the reason. */
function fromFramework(error: ConnectError): ConnectError {
  if (error.findDetails(ErrorInfoSchema).length > 0) return error;
  const reason = codeName(error.code).toUpperCase();
  error.details.push({ desc: ErrorInfoSchema, value: { reason, domain: errorDomain } });
  return error;
}

function internal(error: unknown, requestId: string | undefined): ConnectError {
  const metadata = requestId === undefined ? {} : { requestId };
  const info = { desc: ErrorInfoSchema, value: { reason: 'INTERNAL', domain: errorDomain, metadata } };
  return new ConnectError('internal error', Code.Internal, undefined, [info], error);
}

/**
 * Maps a thrown value to the error that callers see. AppErrors keep their code and reason. Known database errors become
 * `unavailable`. All others become `internal` with the request id. The original stays in `cause`, for the log.
 */
export function toConnectError(error: unknown, requestId?: string): ConnectError {
  if (error instanceof AppError) return fromAppError(error);
  // A wire error answers a call that we made. Its text is not meant for our caller.
  if (
    error instanceof ConnectError &&
    !error.isWireError &&
    error.code !== Code.Internal &&
    error.code !== Code.Unknown
  ) {
    return fromFramework(error);
  }
  const database = fromPostgresError(error);
  return database === undefined ? internal(error, requestId) : fromAppError(database);
}
