import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Longer than the longest of these suites, and longer than the timeout of a single test. */
const endsWithinMs = 300_000;

export type Verdict =
  | { readonly kind: 'passed'; readonly count: number }
  | { readonly kind: 'failed'; readonly file: string; readonly test: string; readonly why: string }
  /** The run failed, but no test did: the mutated code does not run at all. */
  | { readonly kind: 'broken'; readonly output: string };

interface Report {
  readonly numPassedTests: number;
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

export interface RunOptions {
  readonly stopAtFirst: boolean;
  /** Of vitest.config.ts. */
  readonly project?: 'parts' | 'e2e';
  /** Only tests in whose names this stands. */
  readonly named?: string;
  /** Besides this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs test files, or folders of them, with vitest in a copy of the working tree. */
export async function runTests(
  folder: string,
  tests: readonly string[],
  { stopAtFirst, project = 'parts', named, env = {} }: RunOptions,
): Promise<Verdict> {
  const reportFile = join(folder, '.state/test-report.json');
  await rm(reportFile, { force: true });
  const args = ['run', '--project', project, '--reporter', 'json', '--outputFile', reportFile];
  const chosen = [...(stopAtFirst ? ['--bail', '1'] : []), ...(named === undefined ? [] : ['-t', named]), ...tests];
  const output = await vitest(folder, [...args, ...chosen], env);
  const report = await readFile(reportFile, 'utf8').then(
    (text) => JSON.parse(text) as Report,
    () => undefined,
  );
  for (const { name, assertionResults } of report?.testResults ?? []) {
    const failed = assertionResults.find(({ status }) => status === 'failed');
    if (failed === undefined) continue;
    const why = failed.failureMessages[0]?.split('\n', 1)[0]?.slice(0, 150) ?? '';
    return { kind: 'failed', file: name.replace(`${folder}/`, ''), test: failed.fullName.trim(), why };
  }
  if (report?.success !== true || report.numPassedTests === 0) return { kind: 'broken', output: output.slice(-2_000) };
  return { kind: 'passed', count: report.numPassedTests };
}

function vitest(folder: string, args: readonly string[], more: Readonly<Record<string, string>>): Promise<string> {
  const program = join(folder, 'node_modules/vitest/vitest.mjs');
  return new Promise((resolve) => {
    const env = { ...process.env, ...more };
    const options = { cwd: folder, env, timeout: endsWithinMs, killSignal: 'SIGTERM', maxBuffer: 64 << 20 } as const;
    execFile(process.execPath, [program, ...args], options, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}
