import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { UsageFailure } from '../bootstrap/failure.mjs';
import type { Command } from './context.ts';
import { runVitest } from './test.ts';

/** Settings of the services for the fault tests, mainly short expiries. The caller's environment takes precedence. */
const faultSettings = 'tests/faults/services.env';

/**
 * Starts every role as a separate process behind the gateway, with proxies in front of the servers, and runs the fault
 * tests. `--seeds N` becomes their setting FAULT_SEEDS. All other arguments go to vitest.
 */
export const testFaults: Command = async (context) => {
  const { seeds, rest } = takeSeeds(context.args);
  const file = join(context.root, faultSettings);
  const settings = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const env = { ...settings, ...context.env, ...(seeds === undefined ? {} : { FAULT_SEEDS: seeds }) };
  const project = rest.some((arg) => arg.startsWith('--project')) ? [] : ['--project', 'faults'];
  return runVitest({ ...context, env }, { name: 'faults', infraOnly: false }, [...project, ...rest]);
};

function takeSeeds(args: readonly string[]): { readonly seeds: string | undefined; readonly rest: readonly string[] } {
  const at = args.indexOf('--seeds');
  if (at === -1) return { seeds: undefined, rest: args };
  const seeds = args[at + 1] ?? '';
  if (!/^[1-9]\d*$/.test(seeds))
    throw new UsageFailure('--seeds needs a number of 1 or more.', { suggestion: 'npm run test:faults -- --seeds 3' });
  return { seeds, rest: args.toSpliced(at, 2) };
}
