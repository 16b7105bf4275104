import { expect, test } from 'vitest';
import { latenciesOf } from './latency.ts';

test('latencies are told by outcome, the most frequent first, as times that were measured', () => {
  const completed = Array.from({ length: 100 }, (_, index) => ({ outcome: 'COMPLETED', tookMs: 100 - index }));
  expect(latenciesOf([{ outcome: 'OUT_OF_STOCK', tookMs: 7.4 }, ...completed])).toEqual([
    { outcome: 'COMPLETED', count: 100, p50Ms: 50, p95Ms: 95, p99Ms: 99, maxMs: 100 },
    { outcome: 'OUT_OF_STOCK', count: 1, p50Ms: 7, p95Ms: 7, p99Ms: 7, maxMs: 7 },
  ]);
  expect(latenciesOf([])).toEqual([]);
});
