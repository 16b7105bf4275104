import { expect, test } from 'vitest';
import { changesBetween, watch, type Sight } from './watch.ts';

const unknown = { reason: undefined, wasCompleted: false, changedAt: undefined };
const pending = (stage: string, state: 'running' | 'done'): Sight => ({
  order: 'PENDING',
  ...unknown,
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

test('a retry is told again when it has another reason, not at each attempt', () => {
  const retrying = (note: string): Sight => ({
    ...{ order: 'PENDING', ...unknown },
    progress: { stage: 'Stage 1', steps: { holdFunds: { state: 'retrying', note } } },
  });
  const first = retrying('attempt 2 failed: DATABASE_BUSY');
  expect(changesBetween(first, retrying('attempt 3 failed: DATABASE_BUSY'))).toEqual([]);
  const other = 'attempt 3 failed: UPSTREAM_UNAVAILABLE';
  expect(changesBetween(first, retrying(other))).toEqual([{ kind: 'step', text: `holdFunds retrying: ${other}` }]);
});

test('it watches until the order has ended, also while the workflow does not answer', async () => {
  const sights: Sight[] = [
    pending('Stage 1', 'done'),
    { order: 'PENDING', ...unknown, progress: undefined },
    { order: 'FAILED', ...unknown, reason: 'OUT_OF_STOCK', progress: pending('Stage 1', 'done').progress },
  ];
  const told: string[] = [];
  const look = () => Promise.resolve(sights.shift() ?? { order: 'lost', ...unknown, progress: undefined });
  const end = await watch({ look, everyMs: 1 }, ({ text }) => told.push(text));
  expect(end?.order).toBe('FAILED');
  expect(told).toEqual(['Stage 1', 'holdFunds done in 5 ms', 'PENDING', 'FAILED: OUT_OF_STOCK']);
});

test('of what was before the first look only the time of the order is told', async () => {
  const changedAt = new Date('2030-01-31T12:00:00Z');
  const told: (readonly [string, Date | undefined])[] = [];
  const ended: Sight = { ...pending('Stage 1', 'done'), order: 'COMPLETED', changedAt };
  await watch({ look: () => Promise.resolve(ended), everyMs: 1 }, ({ text }, at) => told.push([text, at]));
  expect(told).toEqual([
    ['Stage 1', undefined],
    ['holdFunds done in 5 ms', undefined],
    ['COMPLETED', changedAt],
  ]);
});

test('what later looks find has the time of the look', async () => {
  const sights = [pending('Stage 1', 'running'), { ...pending('Stage 1', 'done'), order: 'COMPLETED' }];
  const times: (Date | undefined)[] = [];
  const look = () => Promise.resolve(sights.shift() ?? pending('lost', 'running'));
  await watch({ look, everyMs: 1 }, (_, at) => times.push(at));
  expect(times).toEqual([undefined, undefined, undefined, expect.any(Date), expect.any(Date)]);
});

test('it ends without an outcome when nobody reads it any more', async () => {
  const look = () => Promise.resolve(pending('Stage 1', 'running'));
  const gone = new AbortController();
  const end = await watch({ look, everyMs: 1 }, () => gone.abort(), gone.signal);
  expect(end).toBeUndefined();
});
