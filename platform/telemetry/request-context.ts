import { AsyncLocalStorage } from 'node:async_hooks';

/** The call that is being served, for what is done on its behalf. */
export interface CallLimits {
  /** When nobody waits for the answer any more, as `performance.now()` counts. */
  readonly deadlineMs: number;
  /** Aborted at the deadline, or when the caller is gone. */
  readonly signal: AbortSignal;
  /** Called by a service: others wait for it already. */
  readonly urgent: boolean;
}

/** What belongs to the request that is being served, wherever the code is. */
export interface RequestContext {
  readonly requestId: string;
  /** None for streams, nor for what goes on after the answer. */
  limits?: CallLimits | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` as part of a request, so that calls it makes to other services carry the same id. */
export function inRequest<Result>(context: RequestContext, work: () => Result): Result {
  return storage.run(context, work);
}

/** Runs `work` as part of no request: for what outlives the one that caused it. */
export function outsideRequests<Result>(work: () => Result): Result {
  return storage.exit(work);
}

/** The id of the request being served, if any. */
export function currentRequestId(): string | undefined {
  return storage.getStore()?.requestId;
}

/** The limits of the call being served, if any. */
export function currentLimits(): CallLimits | undefined {
  return storage.getStore()?.limits;
}

/**
 * Runs `work` within the limits of a call. They end with it: what it leaves running has none, unless it was aborted,
 * since then nothing more is to be begun for it.
 */
export async function withLimits<Result>(limits: CallLimits, work: () => Promise<Result>): Promise<Result> {
  const context: RequestContext = { requestId: currentRequestId() ?? '', limits };
  return storage.run(context, async () => {
    try {
      return await work();
    } finally {
      if (!limits.signal.aborted) context.limits = undefined;
    }
  });
}

const wellFormed = /^[A-Za-z0-9._:-]{8,64}$/;

/** A caller's id if it is safe to log and echo (8 to 64 of `A-Za-z0-9._:-`), otherwise a new UUID. */
export function acceptRequestId(sent: string | null | undefined): string {
  return sent !== null && sent !== undefined && wellFormed.test(sent) ? sent : crypto.randomUUID();
}
