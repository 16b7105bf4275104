import { LogTimestamp } from '@temporalio/worker';
import { expect, test, vi } from 'vitest';
import { createLogger } from '../telemetry/logger.ts';
import { toTemporalLogger } from './sdk-logger.ts';

function open() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  return { lines, sdk: toTemporalLogger(createLogger({ role: 'worker', level: 'info', destination })) };
}

const error =
  'Status { code: Unavailable, message: "tcp connect error", source: Some(tonic::transport::Error(Transport, ConnectError)) }';
const core = { sdkComponent: 'core', target: 'temporalio_client::retry', error };

test('an outage of Temporal is one short line for each kind of call and minute', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { lines, sdk } = open();
  for (let attempt = 6; attempt < 16; attempt++) {
    sdk.log('WARN', `gRPC call poll_workflow_task_queue retried ${attempt} times`, core);
    sdk.log('WARN', `gRPC call poll_activity_task_queue retried ${attempt} times`, core);
  }
  expect(lines.map(({ msg }) => msg)).toEqual([
    'gRPC call poll_workflow_task_queue retried 6 times',
    'gRPC call poll_activity_task_queue retried 6 times',
  ]);
  expect(lines[0]).toMatchObject({ level: 'warn', err: 'Unavailable: tcp connect error' });
  vi.advanceTimersByTime(60_000);
  sdk.log('WARN', 'gRPC call poll_workflow_task_queue retried 16 times', core);
  expect(lines.at(-1)).toMatchObject({ msg: 'gRPC call poll_workflow_task_queue retried 16 times', repeated: 9 });
  vi.useRealTimers();
});

test('the states of a worker and failed steps are left to our own lines, whichever function the SDK calls', () => {
  const { lines, sdk } = open();
  const worker = { sdkComponent: 'worker' };
  sdk.log('INFO', 'No Nexus services registered, not polling for Nexus tasks', worker);
  sdk.info('Worker state changed', { ...worker, state: 'RUNNING' });
  sdk.log('WARN', 'Activity failed', worker);
  sdk.log('INFO', 'the checkout waits', { sdkComponent: 'workflow', orderId: '1' });
  sdk.warn('what workflows tell twice', { sdkComponent: 'workflow' });
  sdk.warn('what workflows tell twice', { sdkComponent: 'workflow' });
  expect(lines.map(({ msg }) => msg)).toEqual([
    'the checkout waits',
    'what workflows tell twice',
    'what workflows tell twice',
  ]);
});

test('a line that the SDK held back has the time at which it was made, and the next line has its own', () => {
  const lines: string[] = [];
  const logger = createLogger({ role: 'worker', destination: { write: (line: string) => void lines.push(line) } });
  const nanos = BigInt(Date.parse('2026-01-02T03:04:05.678Z')) * 1_000_000n;
  const meta = { sdkComponent: 'workflow', [LogTimestamp]: nanos };
  toTemporalLogger(logger).info('undoing the checkout', meta);
  logger.info('order failed');
  const times = lines.map((line) => (JSON.parse(line) as { time: string }).time);
  expect(times[0]).toBe('2026-01-02T03:04:05.678Z');
  expect(Date.parse(times[1] ?? '')).toBeGreaterThan(Date.parse('2026-01-03'));
  // One `time` a line: a duplicate would be for each reader to choose.
  expect(lines[0]?.match(/"time"/g)).toHaveLength(1);
});
