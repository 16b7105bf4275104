import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { stopIdleTimer } from './request-queue.ts';

interface Queue {
  pending: unknown[];
  throttledUntil: number;
  readonly throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests: () => void;
  destroy: () => void;
}
type QueueClass = new (options: Record<string, unknown>) => Queue;

function queue(): Queue {
  stopIdleTimer();
  const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as QueueClass;
  return new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1000, logger: { debug: () => undefined } });
}

test('an idle connection to Kafka sets no timer', () => {
  const idle = queue();
  idle.checkPendingRequests();
  expect(idle.throttleCheckTimeoutId).toBeNull();
});

test('a request that waits for the end of throttling still has its timer', () => {
  const throttled = queue();
  throttled.throttledUntil = Date.now() + 60_000;
  throttled.pending.push({});
  throttled.checkPendingRequests();
  expect(throttled.throttleCheckTimeoutId).not.toBeNull();
  throttled.destroy();
});
