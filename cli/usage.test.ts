import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { explainUsage } from './usage.ts';

const missing = "error: required option '--email <email>' not specified\n";

test('without a platform a missing account tells how to get one; with an address how to name it', () => {
  expect(explainUsage(missing, {})).toMatch(/not specified: no platform runs here .*`npm run dev`.*--password\n$/);
  expect(explainUsage(missing, { ECOMMERCE_API_URL: 'https://shop' })).toMatch(/not specified: give the account with/);
});

test('who used a command wrongly learns where its use is told, unless the message says what was meant', () => {
  const says = (text: string) => explainUsage(`error: ${text}\n`, {});
  expect(says("too many arguments for 'show'. Expected 1 argument but got 2: a, b.")).toMatch(
    /: a, b; --help tells .*\n$/,
  );
  expect(says("missing required argument 'order-id'")).toMatch(/'order-id'; --help tells how it is used\n$/);
  expect(says("unknown command 'strat'\n(Did you mean start?)")).toMatch(/start\?\)\n$/);
  expect(says('command-argument value is invalid')).toBe('error: command-argument value is invalid\n');
});

test.each([[], ['--json']])('the command line says so on standard error (%s)', async (...flags) => {
  const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts', 'order', 'list', ...flags];
  const options = { cwd: join(import.meta.dirname, '..'), env: { PATH: process.env['PATH'] } };
  const ended = promisify(execFile)(process.execPath, node, options);
  const { code, stderr } = (await ended.catch((error: unknown) => error)) as { code: number; stderr: string };
  expect(code).toBe(2);
  expect(stderr).toContain('no platform runs here');
});
