import { cors } from '@connectrpc/connect';
import type { IncomingMessage, ServerResponse } from 'node:http';

const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
const allowedHeaders = [
  ...cors.allowedHeaders,
  'Authorization',
  'Idempotency-Key',
  'Prefer',
  'X-Request-Id',
  'If-Match',
  'If-None-Match',
  // Tracing libraries add these to every request of a page.
  'Traceparent',
  'Tracestate',
  'Baggage',
].join(', ');
const exposedHeaders = [
  ...cors.exposedHeaders,
  'Location',
  'ETag',
  'Allow',
  'Retry-After',
  'Preference-Applied',
  'WWW-Authenticate',
  'X-Request-Id',
].join(', ');

export interface Cors {
  /** Sets the headers of an answer. @returns true if the request was a preflight, which is answered */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** The answer's `Vary`, if it has one. */
  readonly varyOf: (request: Pick<IncomingMessage, 'headers'>) => string | undefined;
}

/**
 * Allows calls by scripts of the given origins (`*` for all). Tokens are in a header and never in cookies, so
 * credentials are not allowed. Preflights are answered here.
 */
export function createCors(origins: readonly string[]): Cors {
  const any = origins.includes('*');
  const varyOf = ({ headers }: Pick<IncomingMessage, 'headers'>) =>
    headers.origin === undefined || origins.length === 0 || any ? undefined : 'Origin';
  const answer = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { origin } = request.headers;
    if (origin === undefined || origins.length === 0) return false;
    const vary = varyOf(request);
    if (vary !== undefined) response.setHeader('vary', vary);
    if (!any && !origins.includes(origin)) return false;
    response.setHeader('access-control-allow-origin', any ? '*' : origin);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      response.setHeader('access-control-expose-headers', exposedHeaders);
      return false;
    }
    response.writeHead(204, {
      'access-control-allow-methods': allowedMethods,
      'access-control-allow-headers': allowedHeaders,
      'access-control-max-age': '7200',
    });
    response.end();
    return true;
  };
  return { answer, varyOf };
}
