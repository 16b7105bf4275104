import type { Method } from './contract.ts';

export type Json = Readonly<Record<string, unknown>>;

interface CallOptions {
  readonly token?: string | undefined;
  /** How long one attempt may take. Default 12 s. */
  readonly timeoutMs?: number;
  /** Aborting it drops the connection or the stream, as a client that goes away does. */
  readonly signal?: AbortSignal;
}

export const defaultTimeoutMs = 12_000;

/** Calls the public API over one protocol. Requests and answers are proto3 JSON, whichever protocol is on the wire. */
export interface ApiClient {
  /** @throws NoAnswer, Refused */
  call(method: Method, request: Json, options?: CallOptions): Promise<Json>;
  close(): void;
}

/** No answer, or one that asks for another try. The client may make the same call again. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** The HTTP status, the gRPC code, or the name of the connection's error. */
  readonly status: string;
  readonly retryAfterMs: number;

  constructor(status: string, detail: string, retryAfterMs = 0) {
    super(`${status}: ${detail}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A definitive refusal: a repeat would get the same answer. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(`${reason}: ${message}`);
    this.reason = reason;
  }
}

/**
 * Sends the calls of one service through `other`, and all other calls through `client`.
 * @param service for example `CartService/`
 */
export function routeService(client: ApiClient, service: string, other: ApiClient): ApiClient {
  return {
    call: (method, request, options) => (method.startsWith(service) ? other : client).call(method, request, options),
    close() {
      client.close();
      other.close();
    },
  };
}
