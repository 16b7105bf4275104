import { pino, type DestinationStream, type Logger } from 'pino';
import { errorFields } from './error-fields.ts';
import { maskEmail, maskLongWords, maskSecrets } from './mask.ts';
import { prettyStream } from './pretty.ts';
import { currentLogFields } from './request-context.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** The process's role, for example `wallet` or `all`. */
  readonly role: string;
  /** The number of the process among those that share ports. Each line then has it, and the pid. */
  readonly number?: number | undefined;
  /** True if several processes write to one stdout. */
  readonly sharesOutput?: boolean;
  /** pino level or `silent`. Default `info`. */
  readonly level?: string;
  /** One readable line instead of JSON. */
  readonly pretty?: boolean;
  /** Where lines go; default stdout. */
  readonly destination?: DestinationStream;
}

const secretKeys = new Set([
  'authorization',
  'cookie',
  'password',
  'currentpassword',
  'newpassword',
  'current_password',
  'new_password',
  'token',
  'accesstoken',
  'refreshtoken',
  'access_token',
  'refresh_token',
  'secret',
  'privatekey',
]);
/** Ids that come from outside in any form. They are what a person looks for, so they stay as they are. */
const foreignIds = new Set(['requestid', 'eventid']);
const maxDepth = 6;

function censor(key: string, value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) {
    const lower = key.toLowerCase();
    if (secretKeys.has(lower)) return '[redacted]';
    if (typeof value !== 'string') return value;
    if (lower === 'email') return maskEmail(value);
    return foreignIds.has(lower) ? value : maskLongWords(value);
  }
  if (secretKeys.has(key.toLowerCase())) return '[redacted]';
  if (value instanceof Error) return redact(errorFields(value), depth + 1);
  // Other objects are left to JSON.
  if (depth >= maxDepth) return value;
  if (Array.isArray(value)) return value.map((element: unknown) => censor('', element, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? redact({ ...value }, depth + 1) : value;
}

/** Redacts by name at any depth. pino's own redaction works by path, and costs more for a line than everything else. */
function redact(fields: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) kept[key] = censor(key, fields[key], depth);
  return kept;
}

/** A pipe takes this many bytes in one piece, so that lines of several processes do not mix (PIPE_BUF of Linux). */
const wholeWriteBytes = 4096;

let happenedAt: Date | undefined;

/** Writes lines that are late: their time is when it happened. `write` logs at once, before it returns. */
export function loggedAt(time: Date | undefined, write: () => void): void {
  happenedAt = time;
  try {
    write();
  } finally {
    happenedAt = undefined;
  }
}

/**
 * Makes the structured log of a process. Fields for passwords and tokens never reach it. E-mail addresses and tokens in
 * any text are masked. A line that is written for a request has its ids (`Subject`), unless the caller gives them.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { role, number, sharesOutput = false } = options;
  const pieces = sharesOutput ? { maxWrite: wholeWriteBytes } : {};
  const destination = options.destination ?? pino.destination({ fd: 1, sync: false, ...pieces });
  return pino(
    {
      level: options.level ?? 'info',
      base: { role, ...(number === undefined ? {} : { process: number, pid: process.pid }) },
      timestamp: () => `,"time":"${(happenedAt ?? new Date()).toISOString()}"`,
      mixin: currentLogFields,
      formatters: { level: (label) => ({ level: label }), log: (fields) => redact(fields) },
      // `log` has already turned errors into fields.
      serializers: { err: (fields: unknown) => fields },
      // Reasons, names and messages may have anything in them, so the whole line is looked at.
      hooks: { streamWrite: maskSecrets },
    },
    options.pretty === true ? prettyStream(destination) : destination,
  );
}
