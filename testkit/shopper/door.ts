import type { Method } from './contract.ts';

export type Json = Readonly<Record<string, unknown>>;

interface CallOptions {
  readonly token?: string | undefined;
  /** How long one attempt may take. Default 12 s. */
  readonly timeoutMs?: number;
  /** Aborting it drops the connection or the stream, as a client does that goes away. */
  readonly signal?: AbortSignal;
}

export const defaultTimeoutMs = 12_000;

/** A door of the platform. Requests and answers are proto3 JSON, whatever travels on the wire. */
export interface Door {
  /** @throws NoAnswer, Refused */
  call(method: Method, request: Json, options?: CallOptions): Promise<Json>;
  close(): void;
}

/** The platform did not answer, or not now: the same call may be made again. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** HTTP's status, gRPC's code, or the name of what the connection died of. */
  readonly status: string;
  readonly retryAfterMs: number;

  constructor(status: string, detail: string, retryAfterMs = 0) {
    super(`${status}: ${detail}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A definitive no. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(`${reason}: ${message}`);
    this.reason = reason;
  }
}

/** Calls of one service go through another door. @param service for example `CartService/` */
export function ledElsewhere(door: Door, service: string, other: Door): Door {
  return {
    call: (method, request, options) => (method.startsWith(service) ? other : door).call(method, request, options),
    close() {
      door.close();
      other.close();
    },
  };
}
