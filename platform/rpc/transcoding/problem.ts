import { Code, type ConnectError } from '@connectrpc/connect';
import { STATUS_CODES, type OutgoingHttpHeaders } from 'node:http';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { errorDomain } from '../../errors/reasons.ts';

/** RFC 9457, with the same reason and details that the other protocols carry. */
interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly reason: string;
  readonly domain: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly { readonly field: string; readonly description: string }[];
  readonly requestId: string;
}

/** The HTTP status of each code, as google.rpc.Code documents it. */
const statuses: Record<Code, number> = {
  [Code.InvalidArgument]: 400,
  [Code.FailedPrecondition]: 400,
  [Code.OutOfRange]: 400,
  [Code.Unauthenticated]: 401,
  [Code.PermissionDenied]: 403,
  [Code.NotFound]: 404,
  [Code.AlreadyExists]: 409,
  [Code.Aborted]: 409,
  [Code.ResourceExhausted]: 429,
  [Code.Canceled]: 499,
  [Code.Unknown]: 500,
  [Code.Internal]: 500,
  [Code.DataLoss]: 500,
  [Code.Unimplemented]: 501,
  [Code.Unavailable]: 503,
  [Code.DeadlineExceeded]: 504,
};

export interface ProblemResponse {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

function titleOf(status: number): string {
  return STATUS_CODES[status] ?? (status === 499 ? 'Client Closed Request' : 'Error');
}

/** An error as REST shows it. `status` overrides the code's own, for what only HTTP distinguishes (405, 413, 415). */
export function toProblem(
  error: ConnectError,
  request: { readonly path: string; readonly requestId: string },
  status: number = statuses[error.code],
): ProblemResponse {
  const info = error.findDetails(ErrorInfoSchema)[0];
  const problem: Problem = {
    type: 'about:blank',
    title: titleOf(status),
    status,
    detail: error.rawMessage,
    instance: request.path,
    reason: info?.reason ?? 'UNKNOWN',
    domain: info?.domain ?? errorDomain,
    metadata: info?.metadata ?? {},
    violations: error
      .findDetails(BadRequestSchema)
      .flatMap((detail) => detail.fieldViolations.map(({ field, description }) => ({ field, description }))),
    requestId: request.requestId,
  };
  const body = Buffer.from(JSON.stringify(problem));
  const headers: OutgoingHttpHeaders = {
    'content-type': 'application/problem+json',
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-request-id': request.requestId,
  };
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  if (delay !== undefined) headers['retry-after'] = String(Number(delay.seconds) + (delay.nanos > 0 ? 1 : 0));
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  return { status, headers, body };
}
