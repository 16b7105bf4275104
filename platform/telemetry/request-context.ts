import { AsyncLocalStorage } from 'node:async_hooks';

/** Limits of the call that is being served. They apply to all work for that call. */
export interface CallLimits {
  /** When the caller stops waiting, on the clock of `performance.now()`. */
  readonly deadlineMs: number;
  /** Aborted at the deadline, or when the caller is gone. */
  readonly signal: AbortSignal;
  /** Whether `signal` is aborted. To ask this makes no signal for a call whose signal nobody has needed so far. */
  readonly aborted?: boolean;
  /** True if a service calls: other work already waits for it. */
  readonly urgent: boolean;
}

/** Data of the request that is being served, for all code that works for it. */
export interface RequestContext {
  readonly requestId: string;
  /** Undefined for streams, and for work that goes on after the answer. */
  limits?: CallLimits | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` as part of a request, so that calls it makes to other services carry the same id. */
export function inRequest<Result>(context: RequestContext, work: () => Result): Result {
  return storage.run(context, work);
}

/** Runs `work` outside of the request, because it outlives the request. */
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
 * Runs `work` within the limits of a call. Work that goes on after the call has no limits. If the call was aborted, the
 * limits stay, so that nothing new begins for it.
 */
export function withLimits<Result>(
  limits: CallLimits,
  work: () => Promise<Result>,
  requestId = currentRequestId() ?? '',
): Promise<Result> {
  const context: RequestContext = { requestId, limits };
  return storage.run(context, async () => {
    try {
      return await work();
    } finally {
      if (!(limits.aborted ?? limits.signal.aborted)) context.limits = undefined;
    }
  });
}

const wellFormed = /^[A-Za-z0-9._:-]{8,64}$/;

/** A caller's id if it is safe to log and echo (8 to 64 of `A-Za-z0-9._:-`), otherwise a new UUID. */
export function acceptRequestId(sent: string | null | undefined): string {
  return sent !== null && sent !== undefined && wellFormed.test(sent) ? sent : crypto.randomUUID();
}
