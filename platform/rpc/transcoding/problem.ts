import type { ConnectError } from '@connectrpc/connect';
import { STATUS_CODES, type OutgoingHttpHeaders } from 'node:http';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { statusOfCode } from '../../../proto/codes.ts';
import { errorDomain, isReason, ownStatus } from '../../../proto/reasons.ts';
import { AppError } from '../../errors/app-error.ts';
import { codeName } from '../../errors/code-name.ts';
import { toConnectError } from '../../errors/to-connect.ts';

/** Problem details (RFC 9457), with the same reason and details as in the other protocols. */
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

export interface ProblemResponse {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

function titleOf(status: number): string {
  return STATUS_CODES[status] ?? (status === 499 ? 'Client Closed Request' : 'Error');
}

interface Request {
  readonly path: string;
  readonly requestId: string;
}

/** Converts an error of an RPC to a problem. */
export function toProblem(
  error: ConnectError,
  request: Request,
  status: number = statusOfCode[codeName(error.code)],
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

/**
 * Converts an error from outside an RPC to a problem. If the reason has its own HTTP status, for example 405 or 413,
 * that status is used.
 */
export function problemOf(error: unknown, request: Request): ProblemResponse {
  const status = error instanceof AppError && isReason(error.reason) ? ownStatus(error.reason) : undefined;
  return toProblem(toConnectError(error, request.requestId), request, status);
}
