import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checks } from './checks.ts';
import { runChecks, type Check } from './run-checks.ts';
import { unchecked } from './status.ts';

let root: string;
let lines: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'checks-'));
  lines = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function check(name: string, script: string): Check {
  writeFileSync(join(root, `${name}.ts`), script);
  return { name, why: `${name} matters.`, fix: `mend ${name}`, command: [`${name}.ts`, 'argument'] };
}

async function run(all: readonly Check[], { parallel = 2, strict = false } = {}) {
  const outcome = await runChecks(all, { root, parallel, strict, print: (line) => void lines.push(line) });
  return { ...outcome, told: lines.map((line) => line.replace(/\(\d+\.\d s\)/, '(… s)')) };
}

test('a failed check is shown with its output, its reason and its fix, and the other checks still run', async () => {
  const failing = check('failing', "console.log('wrong:', process.argv[2]); console.error('line 7'); process.exit(3);");
  const { told, ...outcome } = await run([failing, check('fine', '')]);
  expect(outcome).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(told).toEqual([
    'FAIL  failing (… s): failing.ts argument',
    'wrong: argument\nline 7',
    '      why: failing matters.',
    '      fix: mend failing',
    'ok    fine (… s)',
  ]);
});

test('results are printed in the given order, whichever check ends first', async () => {
  // The first check waits for a file of the second, so it ends last.
  const slow = check('slow', "const { existsSync } = require('node:fs'); while (!existsSync('quick.done'));");
  const quick = check('quick', "require('node:fs').writeFileSync('quick.done', '');");
  const { told } = await run([slow, quick]);
  expect(told).toEqual(['ok    slow (… s)', 'ok    quick (… s)']);
});

test('at most `parallel` checks run at once', async () => {
  const stay = 'for (const until = Date.now() + 100; Date.now() < until; );';
  const alone = `const { mkdirSync, rmdirSync } = require('node:fs'); mkdirSync('busy'); ${stay} rmdirSync('busy');`;
  const names = ['a', 'b', 'c', 'd'];
  const outcome = await run(
    names.map((name) => check(name, alone)),
    { parallel: 1 },
  );
  expect(outcome).toMatchObject({ passed: 4, failed: 0 });
});

test('a check whose program is missing is skipped, or failed if strict', async () => {
  const missing = check('missing', `console.log('no such program'); process.exit(${unchecked});`);
  expect(await run([missing])).toMatchObject({
    skipped: 1,
    failed: 0,
    told: ['NOT CHECKED  missing: no such program'],
  });
  expect(await run([missing], { strict: true })).toMatchObject({ skipped: 0, failed: 1 });
});

test('every check has a reason of one sentence and a fix', () => {
  expect(checks.filter(({ why }) => !/^[A-Z\w.-].*\.$/.test(why))).toEqual([]);
  expect(checks.filter(({ fix }) => fix === '')).toEqual([]);
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
});
