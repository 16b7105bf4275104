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

/** Protobuf's Duration. */
export function retryDelay(seconds: number): { seconds: bigint; nanos: number } {
  const whole = Math.floor(seconds);
  return { seconds: BigInt(whole), nanos: Math.round((seconds - whole) * 1e9) };
}

function fromAppError(error: AppError, cause: unknown): ConnectError {
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
  return new ConnectError(error.message, codes[error.code], metadata, details, cause);
}

/** Connect's own errors (deadline, cancel, unimplemented) have no reason. The name of the code becomes the reason. */
function fromFramework(error: ConnectError): ConnectError {
  if (error.findDetails(ErrorInfoSchema).length > 0) return error;
  const reason = codeName(error.code).toUpperCase();
  error.details.push({ desc: ErrorInfoSchema, value: { reason, domain: errorDomain } });
  return error;
}

function internal(cause: unknown, requestId: string | undefined): AppError {
  const metadata = requestId === undefined ? {} : { requestId };
  return new AppError('internal', 'INTERNAL', 'internal error', { metadata, cause });
}

/** What a caller may see of a thrown value, and what belongs into the log. */
export interface Refusal {
  /** A ConnectError is one of Connect's own. It has a reason, too. */
  readonly error: AppError | ConnectError;
  readonly cause: unknown;
}

/**
 * AppErrors keep their code and reason. Known database errors become `unavailable`. All others become `internal` with
 * the request id.
 */
export function refusalOf(thrown: unknown, requestId?: string): Refusal {
  if (thrown instanceof AppError) return { error: thrown, cause: thrown };
  // A wire error answers a call that we made. Its text is not meant for our caller.
  if (
    thrown instanceof ConnectError &&
    !thrown.isWireError &&
    thrown.code !== Code.Internal &&
    thrown.code !== Code.Unknown
  ) {
    return { error: fromFramework(thrown), cause: thrown.cause };
  }
  const database = fromPostgresError(thrown);
  if (database !== undefined) return { error: database, cause: database };
  return { error: internal(thrown, requestId), cause: thrown };
}

/** The refusal as Connect's handlers send it. The original stays in `cause`, for the log. */
export function wireError({ error, cause }: Refusal): ConnectError {
  return error instanceof AppError ? fromAppError(error, cause) : error;
}

/** Maps a thrown value to the error that callers see. */
export function toConnectError(thrown: unknown, requestId?: string): ConnectError {
  return wireError(refusalOf(thrown, requestId));
}

/** The code of an error in Connect's numbers. */
export function connectCode({ code }: AppError | ConnectError): Code {
  return typeof code === 'string' ? codes[code] : code;
}
