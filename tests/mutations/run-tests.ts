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

/** Runs test files, or folders of them, with vitest in a copy of the working tree. */
export async function runTests(
  folder: string,
  tests: readonly string[],
  { stopAtFirst }: { readonly stopAtFirst: boolean },
): Promise<Verdict> {
  const reportFile = join(folder, 'mutation-report.json');
  await rm(reportFile, { force: true });
  const args = ['run', '--project', 'parts', '--reporter', 'json', '--outputFile', reportFile];
  const output = await vitest(folder, [...args, ...(stopAtFirst ? ['--bail', '1'] : []), ...tests]);
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

function vitest(folder: string, args: readonly string[]): Promise<string> {
  const program = join(folder, 'node_modules/vitest/vitest.mjs');
  return new Promise((resolve) => {
    const options = { cwd: folder, timeout: endsWithinMs, killSignal: 'SIGTERM', maxBuffer: 64 << 20 } as const;
    execFile(process.execPath, [program, ...args], options, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}
