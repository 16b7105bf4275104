import type { IncomingMessage, ServerResponse } from 'node:http';

export interface RestRequest {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** Raw path without query. */
  readonly path: string;
  readonly requestId: string;
}
