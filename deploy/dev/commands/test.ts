import type { StackListener } from '../supervisor/stack.ts';
import { AlreadyRunning, startStack } from '../supervisor/start.ts';
import { createProgress } from '../ui/progress.ts';
import { runForeground } from './child.ts';
import { type Command, type CommandContext, takeFlag } from './context.ts';
import { callersOwn, environmentFor } from './settings.ts';
import { topologyOf } from './topologies.ts';

// A test waits for verifiers to learn that a key is retired.
const testing = { JWKS_CACHE_SECONDS: '2' };

/**
 * Brings up a stack of its own with empty data, runs vitest against it and stops it; the exit code is vitest's.
 * `--infra-only` brings up only Postgres, Redis, Kafka and Temporal. All other arguments are vitest's.
 */
export const test: Command = (context) => {
  const { on: infraOnly, rest } = takeFlag(context.args, '--infra-only');
  const projects = rest.some((arg) => arg.startsWith('--project'))
    ? []
    : ['--project', '!faults', '--project', '!temporal'];
  const wanted = { name: 'test', infraOnly };
  return withStack(withSettings(context, testing), wanted, ['vitest', 'run', ...projects, ...rest]);
};

/** Runs the end-to-end tests through the gateway, with every role as a process of its own. */
export const testRoles: Command = (context) => {
  const wanted = { name: 'roles', infraOnly: false };
  return withStack(withSettings(context, testing), wanted, ['vitest', 'run', '--project', 'e2e', ...context.args]);
};

/** Runs the benchmarks in the same manner; they start the services themselves, each time with other settings. */
export const bench: Command = (context) =>
  withStack(context, { name: 'bench', infraOnly: true }, ownProgram('bench/main.ts', context.args));

// Passwords as production hashes them, and nobody is kept from signing in again and again.
const sizing = {
  SSO_BCRYPT_COST: '12',
  SSO_LOGIN_FAILURES_PER_ADDRESS: '1000000',
  SSO_REGISTRATIONS_PER_ADDRESS_AND_HOUR: '1000',
};

/** Measures what each part spends on what people do, with every role as a process of its own, behind the gateway. */
export const benchSizing: Command = (context) =>
  withStack(
    withSettings(context, sizing),
    { name: 'roles-sizing', infraOnly: false },
    ownProgram('bench/sizing/main.ts', context.args),
  );

/** Tries the image of deploy/docker in the same manner: builds it, buys something from it, and stops it. */
export const testImage: Command = (context) =>
  withStack(context, { name: 'image', infraOnly: true }, ownProgram('tests/image/main.ts', context.args));

/** Proves that Temporal's own server on Postgres, as it is deployed, bears the platform, its faults and a restore. */
export const testTemporal: Command = (context) => {
  const command = ['vitest', 'run', '--project', 'temporal', ...context.args] as const;
  return withStack(context, { name: 'temporal', infraOnly: true }, command);
};

/** Records anew what the workflows do, on a Temporal server of its own. */
export const recordHistories: Command = (context) =>
  withStack(
    context,
    { name: 'histories', infraOnly: true },
    ownProgram('workflows/testing/record-histories.ts', context.args),
  );

/** Shows that the tests notice faults in the code, in the same manner. */
export const mutations: Command = (context) =>
  withStack(context, { name: 'mutations', infraOnly: true }, ownProgram('tests/mutations/main.ts', context.args));

/** Shows that a service which is made by the launcher passes every check and serves its API, in the same manner. */
export const testNewService: Command = (context) =>
  withStack(context, { name: 'new-service', infraOnly: true }, ownProgram('tests/new-service/main.ts', context.args));

// Otherwise most of what the fuzzer sends to sign in would meet the limits, or wait for the hashing of passwords.
const fuzzing = {
  SSO_BCRYPT_COST: '4',
  SSO_LOGIN_FAILURES_PER_ACCOUNT: '1000000',
  SSO_LOGIN_FAILURES_PER_ADDRESS: '1000000',
  SSO_REGISTRATIONS_PER_ADDRESS_AND_HOUR: '1000000',
};

/** Runs the fuzzers of the public API in the same manner. */
export const fuzz: Command = (context) =>
  withStack(
    withSettings(context, fuzzing),
    { name: 'fuzz', infraOnly: false },
    ownProgram('tests/fuzz/main.ts', context.args),
  );

/** The person's own settings come first. */
function withSettings(context: CommandContext, settings: Readonly<Record<string, string>>): CommandContext {
  return { ...context, env: { ...settings, ...context.env } };
}

/** One of our own programs, as a command. */
export function ownProgram(file: string, args: readonly string[]): readonly [string, ...string[]] {
  return [process.execPath, '--disable-warning=ExperimentalWarning', file, ...args];
}

interface Wanted {
  readonly name: string;
  readonly infraOnly: boolean;
}

/** Runs a command against a stack of its own; resolves with its exit code. */
export async function withStack(context: CommandContext, wanted: Wanted, command: readonly [string, ...string[]]) {
  const { root, env, ending } = context;
  const progress = createProgress(process.stderr);
  const stack = await startOwn(context, wanted, progress.show).finally(progress.end);
  try {
    process.stderr.write(`Temporal UI: ${stack.urls['temporalUi'] ?? 'none'}\n`);
    const [program, ...args] = command;
    const childEnv = environmentFor(stack, root, env, false);
    return await runForeground(program, args, { cwd: root, env: childEnv, signal: ending.signal });
  } finally {
    await stack.stop();
    progress.end();
  }
}

// Several runs may go on in one checkout: each has a stack of its own, `test`, `test-2` and so on.
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
