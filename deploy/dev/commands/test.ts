import { UsageFailure } from '../bootstrap/failure.mjs';
import { nodeFlags } from '../bootstrap/node-flags.mjs';
import type { StackListener } from '../supervisor/stack.ts';
import { AlreadyRunning, startStack } from '../supervisor/start.ts';
import { quickStart } from '../quick-imports.ts';
import { createProgress } from '../ui/progress.ts';
import { runForeground } from './child.ts';
import { type Command, type CommandContext, takeFlag } from './context.ts';
import { callersOwn, environmentFor } from './settings.ts';
import { expectTests } from './test-filters.ts';
import { expectTestName } from './test-names.ts';
import { expectVitestOptions } from './vitest-options.ts';
import { topologyOf } from './topologies.ts';

// A test waits until the services have read sso's key set again and know that a key is retired.
const testing = { JWKS_CACHE_SECONDS: '2' };

/**
 * Starts a separate stack with empty data, runs vitest against it and stops it. The exit code is that of vitest.
 * `--infra-only` starts only Postgres, Redis, Kafka and Temporal. All other arguments go to vitest.
 */
export const test: Command = (context) => {
  const { on: infraOnly, rest } = takeFlag(context.args, '--infra-only');
  const projects = rest.some((arg) => arg.startsWith('--project'))
    ? []
    : ['--project', '!faults', '--project', '!temporal'];
  const wanted = { name: 'test', infraOnly };
  return runVitest(withSettings(context, testing), wanted, [...projects, ...rest]);
};

/** Runs the end-to-end tests through the gateway, with every role as a separate process. */
export const testRoles: Command = (context) => {
  const wanted = { name: 'roles', infraOnly: false };
  const projects = ['--project', 'e2e', '--project', 'e2e-alone'];
  return runVitest(withSettings(context, testing), wanted, [...projects, ...context.args]);
};

/** Tests the container image on a separate stack of servers: builds it, starts it and buys something from it. */
export const testImage: Command = (context) =>
  withStack(context, { name: 'image', infraOnly: true }, ownProgram('tests/image/main.ts', context.args));

/** Brings docker-compose.yml up and buys something. It needs no stack of the launcher. */
export const testCompose: Command = (context) => withoutStack(context, 'tests/compose/main.ts');

/** Runs the official conformance suite of Connect against our server. */
export const testConformance: Command = (context) => withoutStack(context, 'tests/conformance/main.ts');

/** Buys with generated clients of several languages. */
export const testClients: Command = (context) =>
  withStack(context, { name: 'clients', infraOnly: false }, ownProgram('tests/clients/main.ts', context.args));

function withoutStack({ root, env, args, ending }: CommandContext, file: string): Promise<number> {
  const [program, ...rest] = ownProgram(file, args);
  return runForeground(program, rest, { cwd: root, env, signal: ending.signal });
}

/** Runs the tests with Temporal's production server on Postgres, configured as in a deployment: faults and restores. */
export const testTemporal: Command = (context) =>
  runVitest(context, { name: 'temporal', infraOnly: true }, ['--project', 'temporal', ...context.args]);

/** Records the workflow histories for the replay test again, on a separate Temporal server. */
export const recordHistories: Command = (context) =>
  withStack(
    context,
    { name: 'histories', infraOnly: true },
    ownProgram('workflows/testing/record-histories.ts', context.args),
  );

/** Puts mutations into copies of the code and checks that a test fails for each. */
export const mutations: Command = (context) =>
  withStack(context, { name: 'mutations', infraOnly: true }, ownProgram('tests/mutations/main.ts', context.args));

/** Makes a service in a copy of the checkout, and runs every check, its tests and its API. */
export const testNewService: Command = (context) =>
  withStack(context, { name: 'new-service', infraOnly: true }, ownProgram('tests/new-service/main.ts', context.args));

// With the usual limits and hashing cost, most sign-ins of the fuzzer would be refused or wait for a hash.
const fuzzing = {
  SSO_BCRYPT_COST: '4',
  SSO_LOGIN_FAILURES_PER_ACCOUNT: '1000000',
  SSO_LOGIN_FAILURES_PER_ADDRESS: '1000000',
  SSO_REGISTRATIONS_PER_ADDRESS_AND_HOUR: '1000000',
};

/** Runs the fuzzers of the public API against a separate stack. */
export const fuzz: Command = async (context) => {
  const [seconds = '60'] = context.args;
  if (!/^[1-9]\d*$/.test(seconds))
    throw new UsageFailure(`"${seconds}" is not a number of seconds.`, { suggestion: 'npm run fuzz -- 60' });
  const wanted = { name: 'fuzz', infraOnly: false };
  return withStack(withSettings(context, fuzzing), wanted, ownProgram('tests/fuzz/main.ts', [seconds]));
};

/** The context with these settings, except those that the user has set. */
function withSettings(context: CommandContext, settings: Readonly<Record<string, string>>): CommandContext {
  return { ...context, env: { ...settings, ...context.env } };
}

/** One of our own programs, as a command. */
export function ownProgram(file: string, args: readonly string[]): readonly [string, ...string[]] {
  return [process.execPath, ...nodeFlags, file, ...args];
}

interface Wanted {
  readonly name: string;
  readonly infraOnly: boolean;
}

/** Runs vitest against a separate stack, unless it would run nothing: for a path or a name that no test has, or an unknown option. */
export async function runVitest(context: CommandContext, wanted: Wanted, args: readonly string[]): Promise<number> {
  expectTests(context.root, args);
  await expectVitestOptions(args);
  await expectTestName(context, args);
  return withStack(context, wanted, ['vitest', 'run', ...args]);
}

/** Starts a separate stack with empty data, runs a command against it and stops it. Resolves with the exit code. */
export async function withStack(context: CommandContext, wanted: Wanted, command: readonly [string, ...string[]]) {
  const { root, env, ending } = context;
  const progress = createProgress(process.stderr);
  const stack = await startOwn(context, wanted, progress.show).finally(progress.end);
  try {
    process.stderr.write(`Temporal UI: ${stack.urls['temporalUi'] ?? 'none'}\n`);
    const [program, ...args] = command;
    const childEnv = { ...environmentFor(stack, root, env, false), ...quickStart(env) };
    return await runForeground(program, args, { cwd: root, env: childEnv, signal: ending.signal });
  } finally {
    await stack.stop();
    progress.end();
  }
}

// Several runs may go on in one checkout at once. Each gets a separate stack: `test`, `test-2` and so on.
async function startOwn({ root, env, ending }: CommandContext, { name, infraOnly }: Wanted, onEvent: StackListener) {
  const callerEnv = callersOwn(env);
  for (let number = 1; ; number++) {
    const profile = number === 1 ? name : `${name}-${number}`;
    const topology = await topologyOf({ profile, infraOnly, env: callerEnv });
    try {
      return await startStack(topology, { root, callerEnv, throwaway: true, onEvent, signal: ending.signal });
    } catch (error) {
      if (!(error instanceof AlreadyRunning)) throw error;
    }
  }
}
