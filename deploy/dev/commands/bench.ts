import { runForeground } from './child.ts';
import type { Command } from './context.ts';
import { ownProgram } from './test.ts';

/**
 * Runs the benchmark. It is a program of its own, because it starts stacks of servers with varying settings. So it can
 * also print its help without a server.
 */
export const bench: Command = ({ root, env, args, ending }) => {
  const [program, ...rest] = ownProgram('bench/main.ts', args);
  return runForeground(program, rest, { cwd: root, env, signal: ending.signal });
};

/**
 * Measures what each role and server spends on each kind of request, with every role as a process behind the gateway.
 * Passwords are hashed as in production.
 */
export const benchSizing: Command = (context) =>
  bench({ ...context, args: ['sizing', '--roles', '--set', 'SSO_BCRYPT_COST=12', ...context.args] });
