import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Reads and drops the rest of a body that was answered before all of it had arrived, so that the next request of the
 * connection is served. Connect's handlers leave their loop over the body where they refuse it. By default that destroys
 * the request, and nobody reads its connection again. `requestTimeout` of the server ends a body that never ends.
 */
export function dropUnreadBody(request: IncomingMessage, response: ServerResponse): void {
  request[Symbol.asyncIterator] = () => request.iterator({ destroyOnReturn: false });
  response.once('finish', () => {
    if (!request.complete) request.resume();
  });
}
