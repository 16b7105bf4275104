import { expect, test } from 'vitest';
import { describePollers, type Here } from './pollers.ts';

const now = new Date('2030-01-31T12:00:00Z');
const here: Here = { host: 'this-machine', now, isRunning: (pid) => pid === 7 };
const poller = (identity: string, secondsAgo: number) => ({
  identity,
  polledAt: new Date(now.getTime() - secondsAgo * 1000),
});

test('a worker whose poll may still wait is counted, and the last poll is told', () => {
  const pollers = [poller('7@this-machine', 40), poller('8@another-machine', 65), poller('9@another-machine', 71)];
  expect(describePollers('checkout', pollers, here)).toBe('2 poll the task queue checkout; the last poll was 40 s ago');
});

test('Temporal remembers workers that have ended: neither an old poll nor a stopped process is a worker', () => {
  const stopped = () => describePollers('checkout', [poller('8@this-machine', 12)], here);
  expect(stopped).toThrow('nobody polls the task queue checkout any more; the last poll was 12 s ago');
  const old = () => describePollers('checkout', [poller('7@this-machine', 71)], here);
  expect(old).toThrow('any more; the last poll was 71 s ago');
  expect(() => describePollers('checkout', [], here)).toThrow('nobody polls the task queue checkout');
});

test('of a process elsewhere, or with a name of its own, only its polls are known', () => {
  expect(describePollers('checkout', [poller('8@pod', 3)], here)).toContain('1 polls');
  expect(describePollers('checkout', [poller('my-worker', 3)], here)).toContain('1 polls');
});
