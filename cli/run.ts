import { isAtTerminal } from './confirm.ts';
import type { Context } from './context.ts';
import { exitCodes } from './exit.ts';
import { warn } from './say.ts';

/** Runs one command of the command line with its connections. */
export type Run = (command: (context: Context) => Promise<void>) => Promise<void>;

interface RunOptions {
  readonly json: boolean;
  /** With --yes: ask nothing. */
  readonly sure: boolean;
}

const noPlatform =
  'No setting names a platform, so this one was looked for on this machine. Start it with `npm run dev` and use ' +
  '`npm run cli`, or name another (docs/support.md).';

/** Whether the environment says where any part of a platform is. `npm run cli` says it while `npm run dev` runs. */
function namesPlatform(env: Readonly<NodeJS.ProcessEnv>): boolean {
  const address = /^(?:ECOMMERCE_(?:API|GRPC)_URL|(?:ORDER|TEMPORAL)_ADDRESS|(?:\w+_)?DATABASE_URL|KAFKA_BROKERS)$/;
  return Object.entries(env).some(([name, value]) => address.test(name) && value !== '');
}

/**
 * Makes `run`: if the command fails, it prints the error and sets the exit code. Every command loads only what it
 * needs, so that none waits for the clients of all the others.
 * @param options what the command line says; asked when a command runs, since then it is parsed
 */
export function runner(env: Readonly<NodeJS.ProcessEnv>, options: () => RunOptions): Run {
  return async (command) => {
    const { json, sure } = options();
    const { createContext } = await import('./context.ts');
    const context = createContext(env, { json, asks: !sure && isAtTerminal() });
    try {
      await command(context);
    } catch (error) {
      const { tellFailure } = await import('./failure.ts');
      tellFailure(error, json);
      if (process.exitCode === exitCodes.away && !json && !namesPlatform(env)) warn(noPlatform);
    } finally {
      await context.close();
    }
  };
}
