import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Failure } from '../bootstrap/failure.mjs';
import type { Command } from './context.ts';
import { withStack } from './test.ts';

/** Settings that the tests need of the services, shortened expiries above all; the caller's environment wins. */
const faultSettings = 'tests/faults/services.env';

/**
 * Brings up every role as a process of its own, behind the gateway and with proxies before the servers, and runs the
 * fault tests against it. `--seeds N` is for them, as FAULT_SEEDS; all other arguments are vitest's.
 */
export const testFaults: Command = (context) => {
  const { seeds, rest } = takeSeeds(context.args);
  const file = join(context.root, faultSettings);
  const settings = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const env = { ...settings, ...context.env, ...(seeds === undefined ? {} : { FAULT_SEEDS: seeds }) };
  const project = rest.some((arg) => arg.startsWith('--project')) ? [] : ['--project', 'faults'];
  const command = ['vitest', 'run', ...project, ...rest] as const;
  return withStack({ ...context, env }, { name: 'faults', infraOnly: false }, command);
};

function takeSeeds(args: readonly string[]): { readonly seeds: string | undefined; readonly rest: readonly string[] } {
  const at = args.indexOf('--seeds');
  if (at === -1) return { seeds: undefined, rest: args };
  const seeds = args[at + 1] ?? '';
  if (!/^[1-9]\d*$/.test(seeds))
    throw new Failure('How many seeds?', { suggestion: 'npm run test:faults -- --seeds 3' });
  return { seeds, rest: args.toSpliced(at, 2) };
}
