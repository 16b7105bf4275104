import { once } from 'node:events';
import { join } from 'node:path';
import { UsageFailure } from '../bootstrap/failure.mjs';
import { spawnGuarded } from '../bootstrap/guard.mjs';
import { visible } from '../../../platform/telemetry/visible.ts';
import type { CommandContext } from './context.ts';

/** The exit code of named-tests.ts for a name that no test has. */
export const noTest = 3;

// Files of tests read them when they are loaded. Nothing listens there.
const nowhere = '127.0.0.1:9';
const addresses = {
  DATABASE_URL: `postgres://nobody@${nowhere}/none`,
  REDIS_URL: `redis://${nowhere}`,
  KAFKA_BROKERS: nowhere,
  TEMPORAL_ADDRESS: nowhere,
  ECOMMERCE_API_URL: `http://${nowhere}`,
  ECOMMERCE_GRPC_URL: `http://${nowhere}`,
  ADMIN_EMAIL: 'nobody@example.com',
  ADMIN_PASSWORD: 'none',
};

/**
 * Checks, before any server starts, that a test has the name of `-t`. What cannot be known without servers counts as one.
 * @param args of vitest, which it knows
 * @throws UsageFailure if no test of the chosen files has this name
 */
export async function expectTestName(
  { root, env, ending }: Pick<CommandContext, 'root' | 'env' | 'ending'>,
  args: readonly string[],
): Promise<void> {
  const name = await nameOf(args);
  if (name === undefined) return;
  process.stderr.write(visible(`Looking for a test with "${name}" in its name\n`));
  const node = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'named-tests.ts'), ...args];
  const child = spawnGuarded(process.execPath, node, { cwd: root, env: { ...addresses, ...env }, stdio: 'ignore' });
  const stop = () => child.kill('SIGTERM');
  ending.signal.addEventListener('abort', stop, { once: true });
  const [code] = (await once(child, 'exit')) as [number | null];
  ending.signal.removeEventListener('abort', stop);
  if (code !== noTest) return;
  throw new UsageFailure(`No test has "${name}" in its name.`, {
    suggestion: 'npm test -- -t "words of its name"; the names of suites stand before it, as "suite > test"',
  });
}

/** @throws UsageFailure if the name is no regular expression */
async function nameOf(args: readonly string[]): Promise<string | undefined> {
  if (!args.some((arg) => arg.startsWith('-t') || /^--test-?name-?pattern/i.test(arg))) return undefined;
  const { parseCLI } = await import('vitest/node');
  const name = parseCLI(['vitest', 'run', ...args]).options.testNamePattern?.toString();
  try {
    RegExp(name ?? '');
  } catch (cause) {
    throw new UsageFailure(`-t takes a regular expression: ${(cause as Error).message}.`, {
      suggestion: 'put \\ before a bracket of the name',
      cause,
    });
  }
  return name;
}
