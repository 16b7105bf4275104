import { isAtTerminal } from './confirm.ts';
import type { Context } from './context.ts';

/** Runs one command of the command line with its connections. */
export type Run = (command: (context: Context) => Promise<void>) => Promise<void>;

interface RunOptions {
  readonly json: boolean;
  /** With --yes: ask nothing. */
  readonly sure: boolean;
}

/**
 * Makes `run`: if the command fails, it prints the error and sets the exit code. Every command loads only what it
 * needs, so that none waits for the clients of all the others.
 */
export function runner(env: Readonly<NodeJS.ProcessEnv>, { json, sure }: RunOptions): Run {
  return async (command) => {
    const { createContext } = await import('./context.ts');
    const context = createContext(env, { json, asks: !sure && isAtTerminal() });
    try {
      await command(context);
    } catch (error) {
      const { tellFailure } = await import('./failure.ts');
      tellFailure(error, json);
    } finally {
      await context.close();
    }
  };
}
