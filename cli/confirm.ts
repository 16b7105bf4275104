import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { visible } from '../platform/telemetry/visible.ts';
import type { Context } from './context.ts';
import { CliError, exitCodes } from './exit.ts';

interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/** Whether a person sits there who can answer. A script has no terminal at one of its ends, and is never asked. */
export function isAtTerminal(): boolean {
  return isatty(process.stdin.fd) && isatty(process.stderr.fd);
}

/**
 * Asks before a change that takes something away or cannot be undone. It asks at a terminal only, and not with `--yes`.
 * @param question text, or what makes the text if somebody is asked; without a text there is nothing to ask
 * @throws CliError NOT_CONFIRMED unless the answer is yes
 */
export async function confirm(
  { asks }: Pick<Context, 'asks'>,
  question: string | (() => Promise<string | undefined>),
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (!asks) return;
  const text = typeof question === 'string' ? question : await question();
  if (text === undefined) return;
  output.write(`${visible(text)} [y/N] `);
  const answer = await firstLine(input);
  // An input that is left open keeps the process running after its work.
  input.destroy();
  if (answer === undefined) output.write('\n');
  if (!/^y(?:es)?$/i.test(answer?.trim() ?? '')) throw notConfirmed();
}

async function firstLine(input: Readable): Promise<string | undefined> {
  // Not the terminal mode of readline: Ctrl-C then ends the command as it does everywhere else.
  for await (const line of createInterface({ input, terminal: false })) return line;
  return undefined;
}

function notConfirmed(): CliError {
  return new CliError('NOT_CONFIRMED', exitCodes.error, 'nothing was changed');
}
