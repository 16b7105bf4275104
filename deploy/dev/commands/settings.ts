import { foldersOf } from '../supervisor/folders.ts';
import type { Env } from '../supervisor/part.ts';
import type { Stack } from '../supervisor/stack.ts';

// This variable lists the variables that the launcher has set, so that a launcher that it starts does not mistake them
// for settings of the user.
const mark = 'ECOMMERCE_SET_BY_LAUNCHER';

/** The user's environment, without the variables that an outer launcher has set. A new stack must not use those. */
export function callersOwn(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const set = new Set((env[mark] ?? '').split(' '));
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== mark && !set.has(name)));
}

/**
 * The environment of a program that uses a stack: the user's environment and the settings of the stack. If
 * `callerWins`, a variable that the user has set keeps its value.
 */
export function environmentFor(
  stack: Stack,
  root: string,
  env: NodeJS.ProcessEnv,
  callerWins: boolean,
): NodeJS.ProcessEnv {
  const own = callersOwn(env);
  const settings: Env = { ...stack.env, ...addresses(stack, root) };
  const names = Object.keys(settings).filter((name) => !callerWins || own[name] === undefined || own[name] === '');
  const given = Object.fromEntries(names.map((name) => [name, settings[name]]));
  return { ...own, ...given, [mark]: names.join(' ') };
}

// Tests, benchmarks and the command line find the stack by these variables. `attachStack` reads ECOMMERCE_STACK_STATE.
function addresses(stack: Stack, root: string): Env {
  const { api, grpc } = stack.urls;
  return {
    ...(api === undefined ? {} : { ECOMMERCE_API_URL: api }),
    ...(grpc === undefined ? {} : { ECOMMERCE_GRPC_URL: `http://${grpc}` }),
    ECOMMERCE_STACK_STATE: foldersOf(root, stack.profile).stateFile,
  };
}
