import { LogTimestamp } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { createLogger } from '../telemetry/logger.ts';
import { toTemporalLogger } from './sdk-runtime.ts';

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
