import { styleText } from 'node:util';
import type { DestinationStream } from 'pino';
import { z } from 'zod';
import { visible, visibleJson, visibleLine } from './visible.ts';

const lineSchema = z.looseObject({ time: z.string(), level: z.string(), msg: z.string().optional(), role: z.string() });
const errorSchema = z.looseObject({ stack: z.string() });

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

/** A line for people, safe for a terminal: `12:00:01.250 INFO  [wallet] call served method=… code=ok`. */
export function renderLine({ time, level, msg = '', role, err, ...rest }: LogLine, inColour = false): string {
  const error = errorSchema.safeParse(err);
  // A known failure is logged as text, without a stack.
  const all = error.success || err === undefined ? rest : { ...rest, err };
  const fields = Object.entries(all).map(([key, value]) => `${visibleLine(key)}=${visibleJson(value)}`);
  const shown = visibleLine(level.toUpperCase().padEnd(5));
  const said = [`[${visibleLine(role)}]`, visibleLine(msg), ...fields];
  const head = [visibleLine(time.slice(11, 23)), inColour ? coloured(level, shown) : shown, ...said].join(' ');
  return error.success ? `${head}\n${visible(error.data.stack)}` : head;
}

/** Turns pino's JSON into lines for people. */
export function prettyStream(destination: DestinationStream): DestinationStream {
  return {
    write: (text) => {
      destination.write(`${renderLine(lineSchema.parse(JSON.parse(text)))}\n`);
    },
  };
}
