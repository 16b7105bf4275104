import { foldersOf } from '../supervisor/folders.ts';
import type { Env } from '../supervisor/part.ts';
import type { Stack } from '../supervisor/stack.ts';

// Names the variables that the launcher itself set, so that a launcher inside does not take them for the person's.
const mark = 'ECOMMERCE_SET_BY_LAUNCHER';

/** The caller's environment without what an outer launcher put into it: a stack of its own starts from this. */
export function callersOwn(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const set = new Set((env[mark] ?? '').split(' '));
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== mark && !set.has(name)));
}

/** The environment of a program that works with a stack. Given names keep the caller's value where it has one. */
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

// Where black-box tests, benchmarks and the command line find the stack. ECOMMERCE_STACK_STATE is for `attachStack`.
function addresses(stack: Stack, root: string): Env {
  const { api, grpc } = stack.urls;
  return {
    ...(api === undefined ? {} : { ECOMMERCE_API_URL: api }),
    ...(grpc === undefined ? {} : { ECOMMERCE_GRPC_URL: `http://${grpc}` }),
    ECOMMERCE_STACK_STATE: foldersOf(root, stack.profile).stateFile,
  };
}
