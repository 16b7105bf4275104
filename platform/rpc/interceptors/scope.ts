import { Code, ConnectError } from '@connectrpc/connect';
import type { CallLimits } from '../../telemetry/request-context.ts';

const over = new ConnectError('the call has ended', Code.Canceled);

/** A longer time cannot be given to a timer. It would fire at once. */
const longestTimerMs = 2_147_483_647;

/**
 * The limits of one call: its deadline, and whether its caller is still there. Most calls end before anybody asks for
 * the signal, so it is made only then.
 */
export class CallScope implements CallLimits {
  readonly deadlineMs: number;
  readonly urgent: boolean;
  /** Called when the call is aborted before it has ended. */
  onAbort: ((reason: ConnectError) => void) | undefined;
  #reason: ConnectError | undefined;
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #caller: { readonly signal: AbortSignal; readonly onAbort: () => void } | undefined;

  /** @param forMs how long the call may take; infinite for calls without a limit */
  constructor(forMs: number, urgent: boolean) {
    this.deadlineMs = performance.now() + forMs;
    this.urgent = urgent;
    if (forMs <= 0) expire(this);
    else if (forMs <= longestTimerMs) this.#timer = setTimeout(expire, forMs, this);
  }

  get aborted(): boolean {
    return this.#reason !== undefined;
  }

  /** Why the call was aborted. */
  get reason(): ConnectError | undefined {
    return this.#reason;
  }

  /** Aborted at the deadline, when the caller is gone, and when the call has ended. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Aborts the call when its caller's signal is aborted. */
  follow(signal: AbortSignal): void {
    const onAbort = (): void => this.abort(reasonOf(signal));
    if (signal.aborted) {
      onAbort();
      return;
    }
    this.#caller = { signal, onAbort };
    signal.addEventListener('abort', onAbort);
  }

  abort(reason: ConnectError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.onAbort?.(reason);
  }

  /** To be called once, when the call has ended. Whatever still waits for the signal is told. */
  end(): void {
    clearTimeout(this.#timer);
    this.#caller?.signal.removeEventListener('abort', this.#caller.onAbort);
    this.onAbort = undefined;
    // Without a reason, each abort would make a costly DOMException.
    this.abort(over);
  }
}

function expire(scope: CallScope): void {
  scope.abort(new ConnectError('the operation timed out', Code.DeadlineExceeded));
}

/**
 * Connect's clients reset a call at its timeout with HTTP/2's "internal error", which would otherwise look like an error
 * of ours.
 */
function reasonOf({ reason }: AbortSignal): ConnectError {
  if (!(reason instanceof ConnectError)) return new ConnectError('the call was cancelled', Code.Canceled);
  if (reason.code !== Code.Internal) return reason;
  return new ConnectError('the caller is gone', Code.Canceled, undefined, undefined, reason);
}
