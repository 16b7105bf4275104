import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests: () => void;
}

let calmed = false;

/**
 * kafkajs 2.2.4 arms a timer after every answer, with the delay "throttled until minus now", and that timer arms the
 * next one. Without throttling the delay is minus the Unix time, which Node takes for 1 ms and warns about: a thousand
 * wake-ups a second for ever. With nothing pending there is nothing to check, so then no timer is armed; whoever adds
 * a request arms it anyway. No setting turns it off.
 */
export function calmRequestQueue(): void {
  if (calmed) return;
  calmed = true;
  const load = createRequire(import.meta.url);
  const queue = (load('kafkajs/src/network/requestQueue/index.js') as { readonly prototype: RequestQueue }).prototype;
  const schedule = queue.scheduleCheckPendingRequests;
  queue.scheduleCheckPendingRequests = function scheduleIfPending(this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}
