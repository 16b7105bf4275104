import { pino, type DestinationStream, type Logger } from 'pino';
import { prettyStream } from './pretty.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** The process's role, for example `wallet` or `all`. */
  readonly role: string;
  /** pino level or `silent`. Default `info`. */
  readonly level?: string;
  /** One readable line instead of JSON. */
  readonly pretty?: boolean;
  /** Where lines go; default stdout. */
  readonly destination?: DestinationStream;
}

const secretKeys = [
  'authorization',
  'cookie',
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'access_token',
  'refresh_token',
  'secret',
  'privateKey',
];
const emailKeys = ['email'];
// pino redacts by path, so each key is named at the depths at which we log objects.
const paths = [...secretKeys, ...emailKeys].flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]);

/** `j***@example.com`: enough to find a person's report, too little to write to them. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return at < 1 ? '***' : `${email.slice(0, 1)}***${email.slice(at)}`;
}

function censor(value: unknown, path: readonly string[]): string {
  const key = path.at(-1) ?? '';
  return emailKeys.includes(key) && typeof value === 'string' ? maskEmail(value) : '[redacted]';
}

/** Structured log of one process. Passwords and tokens never reach it; emails only masked. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.destination ?? pino.destination({ fd: 1, sync: false });
  return pino(
    {
      level: options.level ?? 'info',
      base: { role: options.role },
      redact: { paths, censor },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.pretty === true ? prettyStream(destination) : destination,
  );
}
