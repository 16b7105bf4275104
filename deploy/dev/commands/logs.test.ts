import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { foldersOf } from '../supervisor/folders.ts';
import { logs } from './logs.ts';

const order = '0b9f9a3e-4c1d-4e0a-9d5b-2f6c7a8b9c0d';
const none = '11111111-2222-4333-8444-555555555555';
const line = JSON.stringify({
  level: 'info',
  time: '2026-01-02T03:04:05.100Z',
  role: 'all',
  orderId: order,
  msg: 'done',
});
let root: string;
let printed: string[];
let end: AbortController;

beforeEach(() => {
  [printed, end] = [[], new AbortController()];
  root = mkdtempSync(join(tmpdir(), 'ecommerce-logs-'));
  const folder = foldersOf(root, 'dev').logs;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'app.log'), `${line}\n`);
  writeFileSync(join(folder, 'redis.log'), '');
});
afterEach(() => rmSync(root, { recursive: true }));

const look = (...args: readonly string[]) =>
  logs({
    ...{ root, env: {}, args, print: (text) => void printed.push(text) },
    ending: { signal: end.signal, code: () => 130 },
  });

test('lines that a filter finds end with 0', async () => {
  expect(await look('--order', order)).toBe(0);
  expect(printed).toHaveLength(1);
});

test.each([
  [['--order', none], `--order ${none}`],
  [['app', '--user', 'nobody', '--level', 'warn', '--json'], '--user nobody --level warn'],
])('a filter that finds nothing is an error that names it: %j', async (args, filter) => {
  await expect(look(...args)).rejects.toThrow(`No line of the log has ${filter}.`);
  expect(printed).toEqual([]);
});

test('a log that is empty has no filter to blame, and with --follow a line may still come', async () => {
  expect(await look('redis')).toBe(0);
  const following = look('--order', none, '--follow');
  end.abort();
  expect(await following).toBe(0);
});
