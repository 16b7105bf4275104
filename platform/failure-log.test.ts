import { beforeEach, expect, test } from 'vitest';
import { createFailureLog, type FailureLog } from './failure-log.ts';

const world = { nowMs: 0, lines: [] as unknown[] };
let log: FailureLog;

function create(calmMs?: number): FailureLog {
  const line = (level: string) => (fields: object, text: string) => void world.lines.push({ level, text, ...fields });
  return createFailureLog({
    logger: { warn: line('warn'), info: line('info') } as never,
    failure: 'it failed',
    success: 'it works',
    now: () => world.nowMs,
    ...(calmMs === undefined ? {} : { calmMs }),
  });
}

beforeEach(() => {
  world.nowMs = 0;
  world.lines = [];
  log = create();
});

const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
/** As Drizzle wraps it: the message has the bound values, and those have the time of the call. */
const query = (n: number) => new Error(`Failed query: select $1\nparams: ${n}`, { cause: refused() });

test('work that never failed is silent', () => {
  log.worked();
  expect(world.lines).toEqual([]);
});

test('a failure that repeats is told at once, then once a minute with its count', () => {
  for (let second = 0; second <= 120; second += 1) {
    world.nowMs = second * 1000;
    log.failed(query(second), { retryInMs: 5 });
  }
  expect(world.lines).toMatchObject([
    {
      level: 'warn',
      text: 'it failed',
      failures: 1,
      retryInMs: 5,
      err: { message: expect.stringContaining('params: 0') as unknown },
    },
    { level: 'warn', failures: 61 },
    { level: 'warn', failures: 121 },
  ]);
});

test('a failure for another reason is told at once', () => {
  log.failed(query(1));
  log.failed(new Error('permission denied'));
  log.failed(new Error('permission denied'));
  expect(world.lines).toMatchObject([
    { level: 'warn', failures: 1 },
    { level: 'warn', failures: 2, err: { message: 'permission denied' } },
  ]);
});

test('the first success after failures is told, and a failure after a quiet minute at once', () => {
  log.failed(query(1));
  log.failed(query(2));
  log.worked();
  log.worked();
  world.nowMs = 60_000;
  log.failed(query(3));
  expect(world.lines).toMatchObject([
    { level: 'warn', failures: 1 },
    { level: 'info', text: 'it works', failures: 2 },
    { level: 'warn', failures: 1 },
  ]);
});

test('work that fails now and then has two lines a minute', () => {
  for (let second = 0; second <= 60; second += 1) {
    world.nowMs = second * 1000;
    log.failed(query(second));
    log.worked();
  }
  expect(world.lines).toMatchObject([
    { level: 'warn', failures: 1 },
    { level: 'info', failures: 1 },
    { level: 'warn', failures: 60 },
    { level: 'info', failures: 60 },
  ]);
});

test('failures for two reasons that alternate are told once a minute each', () => {
  for (let second = 0; second < 60; second += 1) {
    world.nowMs = second * 1000;
    log.failed(second % 2 === 0 ? query(second) : new Error('permission denied'));
  }
  expect(world.lines).toMatchObject([
    { level: 'warn', failures: 1 },
    { level: 'warn', failures: 2, err: { message: 'permission denied' } },
  ]);
});

test('failures that were not told do not count any more after a quiet minute', () => {
  for (const second of [0, 1]) {
    world.nowMs = second * 1000;
    log.failed(query(second));
    log.worked();
  }
  world.nowMs = 61_000;
  log.worked();
  log.failed(query(2));
  expect(world.lines).toMatchObject([{ level: 'warn' }, { level: 'info' }, { level: 'warn', failures: 1 }]);
});

test('of work that goes on at once a success is told only when nothing has failed for a while', () => {
  log = create(10_000);
  log.failed(query(1));
  log.worked();
  world.nowMs = 5000;
  log.failed(query(2));
  world.nowMs = 14_999;
  log.worked();
  expect(world.lines).toMatchObject([{ level: 'warn', failures: 1 }]);
  world.nowMs = 15_000;
  log.worked();
  log.worked();
  expect(world.lines).toMatchObject([{ level: 'warn' }, { level: 'info', failures: 2 }]);
});
