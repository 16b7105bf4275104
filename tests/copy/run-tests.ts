import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Report } from './reporter.ts';

/** Longer than the longest of these suites, and longer than the timeout of a single test. */
const endsWithinMs = 300_000;

export type Verdict =
  | { readonly kind: 'passed'; readonly count: number }
  | { readonly kind: 'failed'; readonly file: string; readonly test: string; readonly why: string }
  /** The run failed, but no test did: the mutated code does not run at all. */
  | { readonly kind: 'broken'; readonly output: string };

export interface RunOptions {
  /** Of vitest.config.ts. */
  readonly project?: 'parts' | 'e2e';
  /** Only tests in whose names this stands. */
  readonly named?: string;
  /** Besides this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs test files, or folders of them, with vitest in a copy of the working tree, until the first one fails. */
export async function runTests(
  folder: string,
  tests: readonly string[],
  { project = 'parts', named, env = {} }: RunOptions = {},
): Promise<Verdict> {
  const args = ['run', '--project', project, '--reporter', join(import.meta.dirname, 'reporter.ts')];
  const chosen = [...(named === undefined ? [] : ['-t', named]), ...tests];
  const vitest = fork(join(folder, 'node_modules/vitest/vitest.mjs'), [...args, ...chosen], {
    cwd: folder,
    env: { ...process.env, ...env },
    silent: true,
    timeout: endsWithinMs,
  });
  let output = '';
  for (const stream of [vitest.stdout, vitest.stderr]) stream?.on('data', (text) => (output += String(text)));
  let report: Report | undefined;
  vitest.on('message', (message: Report) => (report ??= message));
  await once(vitest, 'close');
  if (report?.kind === 'failed') return report;
  if (!report?.isSound || report.passed === 0) return { kind: 'broken', output: output.slice(-2_000) };
  return { kind: 'passed', count: report.passed };
}
