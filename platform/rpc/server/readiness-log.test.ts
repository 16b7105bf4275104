import { beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../../telemetry/logger.ts';
import { tellChanges } from './readiness-log.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
  return () => vi.useRealTimers();
});

function open() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const onChange = tellChanges(createLogger({ role: 'worker', destination }));
  const levels = () => lines.map((line) => (JSON.parse(line) as { readonly level: string }).level);
  return { onChange, levels };
}

test('a dependency that answers soon after the start is not worth a line', () => {
  const { onChange, levels } = open();
  onChange('worker.temporal', 'failed');
  onChange('worker.temporal', 'ok');
  vi.advanceTimersByTime(60_000);
  expect(levels()).toEqual([]);
});

test('a dependency that does not answer for ten seconds after the start is a warning, and its return is told', () => {
  const { onChange, levels } = open();
  onChange('worker.temporal', 'failed');
  vi.advanceTimersByTime(10_000);
  expect(levels()).toEqual(['warn']);
  onChange('worker.temporal', 'ok');
  expect(levels()).toEqual(['warn', 'info']);
});

test('a dependency that fails later is a warning at once', () => {
  const { onChange, levels } = open();
  vi.advanceTimersByTime(20_000);
  onChange('order.postgres', 'failed');
  expect(levels()).toEqual(['warn']);
});
