import { expect, test } from 'vitest';
import { changesBetween, watch, type Sight } from './watch.ts';

const pending = (stage: string, state: 'running' | 'done'): Sight => ({
  order: 'PENDING',
  reason: undefined,
  progress: { stage, steps: { holdFunds: { state, tookMs: 5 }, captureFunds: { state: 'waiting' } } },
});

test('a change is told once, and a waiting step not at all', () => {
  const first = pending('Stage 1', 'running');
  expect(changesBetween(undefined, first).map(({ text }) => text)).toEqual([
    'Stage 1',
    'holdFunds running in 5 ms',
    'PENDING',
  ]);
  expect(changesBetween(first, first)).toEqual([]);
  expect(changesBetween(first, pending('Stage 1', 'done'))).toEqual([{ kind: 'step', text: 'holdFunds done in 5 ms' }]);
});

test('it watches until the order has ended, also while the workflow does not answer', async () => {
  const sights: Sight[] = [
    pending('Stage 1', 'done'),
    { order: 'PENDING', reason: undefined, progress: undefined },
    { order: 'FAILED', reason: 'OUT_OF_STOCK', progress: pending('Stage 1', 'done').progress },
  ];
  const told: string[] = [];
  const look = () => Promise.resolve(sights.shift() ?? { order: 'lost', reason: undefined, progress: undefined });
  const end = await watch(look, ({ text }) => told.push(text));
  expect(end.order).toBe('FAILED');
  expect(told).toEqual(['Stage 1', 'holdFunds done in 5 ms', 'PENDING', 'FAILED: OUT_OF_STOCK']);
});
