/** The launcher on Node 24: picks the command. Everything in it runs after bootstrap.mjs has done its part. */
import { printFailure } from './bootstrap/failure.mjs';
import { root } from './bootstrap/paths.mjs';
import { Failure } from './bootstrap/failure.mjs';
import type { Command } from './commands/context.ts';
import { listenForEnd } from './lifeline.ts';

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  test: async () => (await import('./commands/test.ts')).test,
};

const ending = listenForEnd(process.env);
const [name = 'help', ...args] = process.argv.slice(2);
try {
  const load = COMMANDS[name];
  if (load === undefined) {
    throw new Failure(`There is no command ${name}.`, { suggestion: `One of ${Object.keys(COMMANDS).join(', ')}.` });
  }
  const command = await load();
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const code = await command({ root, env: process.env, args: args[0] === '--' ? args.slice(1) : args, ending, print });
  process.exit(ending.signal.aborted ? ending.code() : code);
} catch (error) {
  if (!ending.signal.aborted) printFailure(error);
  process.exit(ending.signal.aborted ? ending.code() : 1);
}
