import { AsyncLocalStorage } from 'node:async_hooks';
import { traceparentOf } from './request-trace.ts';
import { traceIdOf } from './trace-context.ts';

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

/** What the work is about. Each log line has those that are known. */
export interface Subject {
  orderId?: string | undefined;
  /** The buyer: whose order, wallet or cart it is. */
  userId?: string | undefined;
  paymentId?: string | undefined;
  holdId?: string | undefined;
  /** Who works on it for somebody else: a member of support or an administrator. */
  actorId?: string | undefined;
}

/** What goes with the work from process to process: in headers, in Temporal's headers, and with events. */
export interface Origin {
  /** The id of the first request. */
  readonly requestId: string;
  /** W3C's `traceparent` of the caller, or of the span that is being recorded. Undefined: it follows from the request's id. */
  readonly traceparent?: string | undefined;
}

/** Of work whose request is not known. It goes to no other process, and the log tells no id. */
export const unknownOrigin: Origin = { requestId: '' };

/** What the columns of a database tell of a request; undefined if they are null. */
export function storedOrigin(requestId: string | null, traceparent: string | null): Origin | undefined {
  return requestId === null ? undefined : { requestId, traceparent: traceparent ?? undefined };
}

/** Data of the request that is being served, for all code that works for it. */
export interface RequestContext extends Origin, Subject {
  /** Undefined for streams, and for work that goes on after the answer. */
  limits?: CallLimits | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` as part of a request, so that calls it makes to other services carry the same id. */
export function inRequest<Result>(context: RequestContext, work: () => Result): Result {
  return storage.run(context, work);
}

/** Runs `work` as part of the request, but about something else: its log lines get the ids that `work` itself sets. */
export function aboutElse<Result>(work: () => Result): Result {
  const current = storage.getStore();
  if (current === undefined) return work();
  const { requestId, traceparent, limits } = current;
  return storage.run({ requestId, traceparent, limits }, work);
}

/** Runs `work` outside of the request, because it outlives the request. */
export function outsideRequests<Result>(work: () => Result): Result {
  return storage.exit(work);
}

/** The request being served, without its limits, for work that goes on after the answer. */
export function currentRequest(): RequestContext | undefined {
  const current = storage.getStore();
  return current && { ...current, limits: undefined };
}

/** The id of the request being served, if any. */
export function currentRequestId(): string | undefined {
  return storage.getStore()?.requestId;
}

/** The id of the request being served and its trace, if any. */
export function currentOrigin(): { readonly requestId: string; readonly traceparent: string } | undefined {
  const current = storage.getStore();
  if (current === undefined || current.requestId === '') return undefined;
  return { requestId: current.requestId, traceparent: current.traceparent ?? traceparentOf(current.requestId) };
}

/** The limits of the call being served, if any. */
export function currentLimits(): CallLimits | undefined {
  return storage.getStore()?.limits;
}

/** Tells what the current request is about, as soon as that is known. */
export function setSubject(subject: Subject): void {
  const current = storage.getStore();
  if (current !== undefined) Object.assign(current, subject);
}

/** A context for `origin` that keeps the subject of the work that asks for it. */
export function contextOf({ requestId, traceparent }: Origin): RequestContext {
  const current = storage.getStore();
  return {
    requestId,
    traceparent,
    limits: undefined,
    orderId: current?.orderId,
    userId: current?.userId,
    paymentId: current?.paymentId,
    holdId: current?.holdId,
    actorId: current?.actorId,
  };
}

/** The fields that each log line of a request has. */
export function logFieldsOf(context: RequestContext): Record<string, string> {
  const { requestId, traceparent, orderId, userId, paymentId, holdId, actorId } = context;
  const fields: Record<string, string> = {};
  if (requestId !== '') {
    fields.requestId = requestId;
    fields.traceId = traceIdOf(traceparent ?? traceparentOf(requestId));
  }
  if (orderId !== undefined) fields.orderId = orderId;
  if (userId !== undefined) fields.userId = userId;
  if (paymentId !== undefined) fields.paymentId = paymentId;
  if (holdId !== undefined) fields.holdId = holdId;
  if (actorId !== undefined) fields.actorId = actorId;
  return fields;
}

/** The fields of the request being served; none outside of requests. */
export function currentLogFields(): Record<string, string> {
  const current = storage.getStore();
  return current === undefined ? {} : logFieldsOf(current);
}

/**
 * Runs `work` within the limits of a call. Work that goes on after the call has no limits. If the call was aborted, the
 * limits stay, so that nothing new begins for it.
 */
export function withLimits<Result>(
  limits: CallLimits,
  work: () => Promise<Result>,
  context: RequestContext = currentRequest() ?? { requestId: '' },
): Promise<Result> {
  context.limits = limits;
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
