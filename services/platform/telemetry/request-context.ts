import { AsyncLocalStorage } from 'node:async_hooks';

/** What belongs to the request that is being served, wherever the code is. */
export interface RequestContext {
  readonly requestId: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` as part of a request, so that calls it makes to other services carry the same id. */
export function inRequest<Result>(context: RequestContext, work: () => Result): Result {
  return storage.run(context, work);
}

/** The id of the request being served, if any. */
export function currentRequestId(): string | undefined {
  return storage.getStore()?.requestId;
}

const wellFormed = /^[A-Za-z0-9._:-]{8,64}$/;

/** A caller's id if it is safe to log and echo (8 to 64 of `A-Za-z0-9._:-`), otherwise a new UUID. */
export function acceptRequestId(sent: string | null | undefined): string {
  return sent !== null && sent !== undefined && wellFormed.test(sent) ? sent : crypto.randomUUID();
}
