import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createOrderMetrics } from './metrics.ts';

const createTime = new Date('2026-01-01T00:00:00Z');
const updateTime = new Date('2026-01-01T00:00:02Z');
const failed = (reason: string) => ({
  status: 'FAILED' as const,
  failure: { reason, message: '', metadata: {} },
  createTime,
  updateTime,
});

async function textAfter(...ends: Parameters<ReturnType<typeof createOrderMetrics>['checkoutEnded']>[0][]) {
  const registry = new Registry();
  const metrics = createOrderMetrics(registry);
  for (const end of ends) metrics.checkoutEnded(end);
  return registry.metrics();
}

test('every known end is there with 0 before the first one, so that rate() sees the first', async () => {
  const text = await textAfter();
  expect(text).toContain('checkouts_ended_total{outcome="completed",reason="",fault="none"} 0');
  expect(text).toContain('checkouts_ended_total{outcome="failed",reason="OUT_OF_STOCK",fault="buyer"} 0');
  expect(text).toContain('checkouts_ended_total{outcome="failed",reason="OTHER",fault="system"} 0');
  expect(text).toContain('checkout_duration_seconds_count{outcome="completed"} 0');
});

test('the seconds from acceptance to the end are measured', async () => {
  const text = await textAfter({ status: 'COMPLETED', failure: undefined, createTime, updateTime });
  expect(text).toContain('checkouts_ended_total{outcome="completed",reason="",fault="none"} 1');
  expect(text).toContain('checkout_duration_seconds_sum{outcome="completed"} 2');
});

test.each([
  ['INSUFFICIENT_FUNDS', 'reason="INSUFFICIENT_FUNDS",fault="buyer"'],
  ['EXPIRED', 'reason="EXPIRED",fault="system"'],
  ['SOMETHING_NEW', 'reason="OTHER",fault="system"'],
])('a failure with %s is counted as %s', async (reason, labels) => {
  expect(await textAfter(failed(reason))).toContain(`checkouts_ended_total{outcome="failed",${labels}} 1`);
});
