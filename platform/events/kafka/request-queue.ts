import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests: () => void;
}

let isPatched = false;

/**
 * Stops a timer of kafkajs 2.2.4 that wakes idle connections a thousand times a second. Without throttling its delay is
 * negative, which Node takes for 1 ms, and each timer sets the next one. While no request is pending there is nothing
 * to check, and a new request sets the timer anyway. kafkajs has no setting for this.
 */
export function stopIdleTimer(): void {
  if (isPatched) return;
  isPatched = true;
  const load = createRequire(import.meta.url);
  const queue = (load('kafkajs/src/network/requestQueue/index.js') as { readonly prototype: RequestQueue }).prototype;
  const schedule = queue.scheduleCheckPendingRequests;
  queue.scheduleCheckPendingRequests = function scheduleIfPending(this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}
