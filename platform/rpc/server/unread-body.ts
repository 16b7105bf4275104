import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/**
 * Reads and drops the rest of a body that was answered before all of it had arrived. Connect's handlers leave their loop
 * over the body where they refuse it. By default that destroys the request, and nobody reads on: over HTTP/1.1 the next
 * request of the connection waits behind the rest, over HTTP/2 the rest fills the window that all calls of the
 * connection share. Over HTTP/1.1 `requestTimeout` of the server ends a body that never ends.
 */
export function dropUnreadBody(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): void {
  request[Symbol.asyncIterator] = () => request.iterator({ destroyOnReturn: false });
  // An answer over HTTP/2 finishes itself only when its stream is closed, and that waits for the body.
  const sending = 'stream' in response ? response.stream : response;
  sending.once('finish', () => {
    if (request.complete) return;
    // An iterator that was begun and left listens for 'readable', and then `resume` does nothing.
    request.removeAllListeners('readable').resume();
    if ('stream' in request) request.stream.resume();
  });
}
