import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { unchecked } from './status.ts';

export interface Check {
  readonly name: string;
  /** Why the check exists: one sentence for somebody who does not know it. */
  readonly why: string;
  /** What to do about its findings. */
  readonly fix: string;
  /** A script of this repository or a program of a package, and its arguments. It runs on this Node. */
  readonly command: readonly [string, ...string[]];
}

export interface RunOptions {
  readonly root: string;
  /** How many checks run at once. */
  readonly parallel: number;
  /** A check whose program is not available counts as failed, not as skipped. */
  readonly strict: boolean;
  readonly print: (line: string) => void;
}

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Result {
  readonly check: Check;
  readonly status: number | null;
  readonly output: string;
  readonly seconds: number;
}

/**
 * Runs all checks, even if one fails. Prints the output of each check as one block, in the given order, whichever check
 * ends first.
 */
export async function runChecks(checks: readonly Check[], options: RunOptions): Promise<Outcome> {
  const results = checks.map(() => Promise.withResolvers<Result>());
  const queue = checks.entries();
  async function work(): Promise<void> {
    for (const [at, check] of queue) results[at]?.resolve(await run(check, options.root));
  }
  const workers = Array.from({ length: Math.max(1, options.parallel) }, work);
  const outcome = { passed: 0, failed: 0, skipped: 0 };
  for (const { promise } of results) outcome[tell(await promise, options)]++;
  await Promise.all(workers);
  return outcome;
}

async function run(check: Check, root: string): Promise<Result> {
  const started = performance.now();
  const [program, ...args] = check.command;
  const script = program.endsWith('.ts') ? program : realpathSync(join(root, 'node_modules/.bin', program));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { check, status, output: `${stdout}${stderr}`.trimEnd(), seconds: (performance.now() - started) / 1000 };
}

function tell({ check, status, output, seconds }: Result, { strict, print }: RunOptions): keyof Outcome {
  const took = `(${seconds.toFixed(1)} s)`;
  if (status === 0) {
    print(`ok    ${check.name} ${took}`);
    return 'passed';
  }
  if (status === unchecked && !strict) {
    print(`NOT CHECKED  ${check.name}: ${output}`);
    return 'skipped';
  }
  print(`FAIL  ${check.name} ${took}: ${check.command.join(' ')}`);
  if (output !== '') print(output);
  print(`      why: ${check.why}`);
  print(`      fix: ${check.fix}`);
  return 'failed';
}
