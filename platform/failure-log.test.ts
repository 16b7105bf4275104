import { beforeEach, expect, test } from 'vitest';
import { createFailureLog, type FailureLog } from './failure-log.ts';

const world = { nowMs: 0, lines: [] as unknown[] };
let log: FailureLog;

beforeEach(() => {
  world.nowMs = 0;
  world.lines = [];
  const line = (level: string) => (fields: object, text: string) => void world.lines.push({ level, text, ...fields });
  log = createFailureLog({
    logger: { warn: line('warn'), info: line('info') } as never,
    failure: 'it failed',
    success: 'it works',
    now: () => world.nowMs,
  });
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

test('the first success after failures is told, and the next failure again', () => {
  log.failed(query(1));
  log.failed(query(2));
  log.worked();
  log.worked();
  log.failed(query(3));
  expect(world.lines).toMatchObject([
    { level: 'warn', failures: 1 },
    { level: 'info', text: 'it works', failures: 2 },
    { level: 'warn', failures: 1 },
  ]);
});
