import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Stream } from 'node:http2';

/** How long after its answer a call over HTTP/2 may go on to send. */
export const stillSendsMs = 5000;

/**
 * Reads and drops the rest of a body that was answered before all of it had arrived. Connect's handlers leave their loop
 * over the body where they refuse it. By default that destroys the request, and nobody reads on: over HTTP/1.1 the next
 * request of the connection waits behind the rest, over HTTP/2 the rest fills the window that all calls of the
 * connection share. Over HTTP/1.1 `requestTimeout` of the server ends a body that never ends, over HTTP/2 this does.
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
    if (!('stream' in request)) return;
    request.stream.resume();
    if (!request.stream.readableEnded) endLater(request.stream);
  });
}

/** A complete answer stays valid if its stream is reset with NO_ERROR (RFC 9113, section 8.1). */
function endLater(stream: ServerHttp2Stream): void {
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), stillSendsMs);
  timer.unref();
  stream.once('close', () => clearTimeout(timer));
}
