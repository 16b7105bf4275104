import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { which } from '../dev/parts/tools.ts';

const root = join(import.meta.dirname, '../..');
const tools = ['bash', 'dirname', 'mktemp', 'mv', 'rm', 'tail', 'tee'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-run-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, '.ci'));
  cpSync(join(root, '.ci/run'), join(folder, '.ci/run'));
  for (const tool of tools) symlinkSync(which(tool) ?? '', join(folder, 'bin', tool));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function program(name: string, script: string): void {
  writeFileSync(join(folder, 'bin', name), `#!${join(folder, 'bin/bash')}\n${script}\n`, { mode: 0o755 });
}

/** Runs .ci/run on a machine that has these programs only. Gives the lines that it marks, and the last one. */
function run() {
  const env = { PATH: join(folder, 'bin'), TMPDIR: folder };
  const { stdout, status } = spawnSync(join(folder, 'bin/bash'), ['.ci/run'], { cwd: folder, env, encoding: 'utf8' });
  const lines = stdout.trim().split('\n');
  return { status, skipped: lines.filter((line) => line.startsWith('::: SKIPPED')), last: lines.at(-1) };
}

test('tests that are skipped for want of Prometheus are told beside the steps that passed', () => {
  program('npm', 'exit 0');
  const without = run();
  expect(without.skipped).toEqual([expect.stringContaining('prometheus'), expect.stringContaining('promtool')]);
  expect(without.last).toMatch(/^\d+ passed, 0 failed$/);
  expect(without.status).toBe(0);
  for (const name of ['prometheus', 'promtool']) program(name, '');
  expect(run().skipped).toEqual([]);
});

test('a step that fails is the end of the log, and of the run', () => {
  program('npm', '[ "$1 $2" != "test --silent" ] || { echo "one test failed"; exit 1; }');
  const { last, status } = run();
  expect(last).toMatch(/^\d+ passed, 1 failed$/);
  expect(status).toBe(1);
});
