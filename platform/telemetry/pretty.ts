import type { DestinationStream } from 'pino';
import { z } from 'zod';

const lineSchema = z.looseObject({ time: z.string(), level: z.string(), msg: z.string().optional(), role: z.string() });
const errorSchema = z.looseObject({ stack: z.string() });

function render(line: string): string {
  const { time, level, msg = '', role, err, ...rest } = lineSchema.parse(JSON.parse(line));
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const head = [time.slice(11, 23), level.toUpperCase().padEnd(5), `[${role}]`, msg, ...fields].join(' ');
  const error = errorSchema.safeParse(err);
  return error.success ? `${head}\n${error.data.stack}\n` : `${head}\n`;
}

/** Turns pino's JSON into lines for people: `12:00:01.250 INFO  [wallet] call served method=… code=ok`. */
export function prettyStream(destination: DestinationStream): DestinationStream {
  return {
    write: (line) => {
      destination.write(render(line));
    },
  };
}
