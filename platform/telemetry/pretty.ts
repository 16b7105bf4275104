import { styleText } from 'node:util';
import type { DestinationStream } from 'pino';
import { z } from 'zod';
import { createToldErrors, linesOfError, type ToldErrors } from './pretty-error.ts';
import { visibleJson, visibleLine } from './visible.ts';

const lineSchema = z.looseObject({ time: z.string(), level: z.string(), msg: z.string().optional(), role: z.string() });

/** A line of the log of one of our processes. */
export type LogLine = z.infer<typeof lineSchema>;

/** Reads a line of the log; undefined if another program wrote it. */
export function readLine(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const colours = { warn: 'yellow', error: 'red', fatal: 'red' } as const;

function coloured(level: string, text: string): string {
  const colour = colours[level as keyof typeof colours];
  return colour === undefined ? text : styleText(colour, text, { validateStream: false });
}

/**
 * A line for people, safe for a terminal: `12:00:01.250 INFO  [wallet] call served method=… code=ok`. Its error follows.
 * @param told the errors of the lines before, which are not told again
 */
export function renderLine(line: LogLine, inColour = false, told?: ToldErrors): string {
  const { time, level, msg = '', role, err, ...rest } = line;
  // A known failure is logged as text, without a stack.
  const all = typeof err === 'string' ? { ...rest, err } : rest;
  const fields = Object.entries(all).map(([key, value]) => `${visibleLine(key)}=${visibleJson(value)}`);
  const shown = visibleLine(level.toUpperCase().padEnd(5));
  const said = [`[${visibleLine(role)}]`, visibleLine(msg), ...fields];
  const head = [visibleLine(time.slice(11, 23)), inColour ? coloured(level, shown) : shown, ...said].join(' ');
  const error = linesOfError(level, err).join('\n');
  // Why a process ended is told each time.
  const isKnown = told?.knows(`${role} ${msg}`, error, Date.parse(time)) === true && level !== 'fatal';
  if (error === '' || isKnown) return head;
  return `${head}\n${error}`;
}

/** Turns pino's JSON into lines for people. */
export function prettyStream(destination: DestinationStream): DestinationStream {
  const told = createToldErrors();
  return {
    write: (text) => {
      destination.write(`${renderLine(lineSchema.parse(JSON.parse(text)), false, told)}\n`);
    },
  };
}
