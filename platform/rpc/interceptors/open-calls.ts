import { Code, ConnectError } from '@connectrpc/connect';
import { AppError } from '../../errors/app-error.ts';
import type { CallScope } from './scope.ts';

export interface OpenCallsOptions {
  /** Aborted when the server begins to drain. */
  readonly draining: AbortSignal;
  /** Aborted when the calls that are left after the drain are cut. */
  readonly cut: AbortSignal;
}

interface OpenStream {
  readonly stop: (error: unknown) => void;
}

/** Tells clients to try again: another process is there, or will be soon. */
function shuttingDown(): AppError {
  return new AppError('unavailable', 'UNAVAILABLE', 'the server is shutting down', { retryAfterSeconds: 1 });
}

/**
 * The calls of a process that have not ended. When the drain begins, open streams end, so that their clients connect to
 * another process. Unary calls finish.
 */
export class OpenCalls {
  readonly #scopes = new Set<CallScope>();
  readonly #streams = new Map<OpenStream, CallScope>();
  readonly #draining: AbortSignal;

  constructor({ draining, cut }: OpenCallsOptions) {
    this.#draining = draining;
    draining.addEventListener('abort', () => {
      for (const [stream, scope] of this.#streams) this.#stop(stream, scope);
    });
    cut.addEventListener('abort', () => {
      for (const scope of this.#scopes) scope.abort(new ConnectError('the server is shutting down', Code.Unavailable));
    });
  }

  add(scope: CallScope): void {
    this.#scopes.add(scope);
  }

  addStream(stream: OpenStream, scope: CallScope): void {
    this.#streams.set(stream, scope);
    if (this.#draining.aborted) this.#stop(stream, scope);
  }

  delete(scope: CallScope): void {
    this.#scopes.delete(scope);
  }

  deleteStream(stream: OpenStream | undefined): void {
    if (stream !== undefined) this.#streams.delete(stream);
  }

  #stop(stream: OpenStream, scope: CallScope): void {
    stream.stop(shuttingDown());
    scope.abort(new ConnectError('the server is shutting down', Code.Unavailable));
  }
}
