import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '../../errors/app-error.ts';
import { acceptRequestId } from '../../telemetry/request-context.ts';
import { problemOf } from '../transcoding/problem.ts';

const refusals: Partial<Record<string, AppError>> = {
  HPE_HEADER_OVERFLOW: new AppError(
    'resource_exhausted',
    'HEAD_TOO_LARGE',
    'the address and the headers are too long together',
  ),
  ERR_HTTP_REQUEST_TIMEOUT: new AppError('deadline_exceeded', 'REQUEST_TOO_SLOW', 'the request did not arrive in time'),
};
const malformed = new AppError('invalid_argument', 'MALFORMED_REQUEST', 'this is not an HTTP request');

/** Answers a request that Node's parser refused before any handler ran. The answer is a problem, like other errors. */
export function refuseUnread(cause: Error & { readonly code?: string }, socket: Duplex): void {
  if (cause.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const error = refusals[cause.code ?? ''] ?? malformed;
  const { status, headers, body } = problemOf(error, { path: '', requestId: acceptRequestId(undefined) });
  const lines = Object.entries({ ...headers, connection: 'close' });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...lines.map(([name, value]) => `${name}: ${String(value)}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body.toString()}`);
}
