import { expect, test } from 'vitest';
import { sumMetrics } from './metrics.ts';

test('a metric is summed over its labels, and comments and other names have no part in it', () => {
  const metrics = sumMetrics(`# HELP db_query_duration_seconds Time.
# TYPE db_query_duration_seconds histogram
db_query_duration_seconds_bucket{le="0.1",database="cart"} 7
db_query_duration_seconds_count{database="cart",operation="select"} 5
db_query_duration_seconds_count{database="orders",operation="insert {"} 2
nodejs_eventloop_lag_p99_seconds 0.0125
process_start_time_seconds{service="all"} 1.7e9 1700000000000`);
  expect(metrics.get('db_query_duration_seconds_count')).toBe(7);
  expect(metrics.get('nodejs_eventloop_lag_p99_seconds')).toBe(0.0125);
  expect(metrics.get('process_start_time_seconds')).toBe(1.7e9);
  expect(metrics.has('db_query_duration_seconds')).toBe(false);
});
