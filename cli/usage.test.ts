import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { explainUsage } from './usage.ts';

const missing = "error: required option '--email <email>' not specified\n";

test('without a platform a missing account tells how to get one; with an address how to name it', () => {
  expect(explainUsage(missing, {})).toMatch(/not specified: no platform runs here .*`npm run dev`.*--password\n$/);
  expect(explainUsage(missing, { ECOMMERCE_API_URL: 'https://shop' })).toMatch(/not specified: give the account with/);
  expect(explainUsage('error: too many arguments\n', {})).toBe('error: too many arguments\n');
});

test.each([[], ['--json']])('the command line says so on standard error (%s)', async (...flags) => {
  const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts', 'order', 'list', ...flags];
  const options = { cwd: join(import.meta.dirname, '..'), env: { PATH: process.env['PATH'] } };
  const ended = promisify(execFile)(process.execPath, node, options);
  const { code, stderr } = (await ended.catch((error: unknown) => error)) as { code: number; stderr: string };
  expect(code).toBe(2);
  expect(stderr).toContain('no platform runs here');
});
