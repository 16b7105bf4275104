import type { ReasonOf } from '../../proto/reasons.ts';
import { AppError } from './app-error.ts';
import { causesOf } from './causes.ts';

/** The transaction was certainly rolled back. A repeat may succeed. */
const busy = new Set([
  '55P03', // lock_timeout
  '40P01', // deadlock
  '40001', // serialization
  '57014', // statement_timeout
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  'POOL_BUSY', // no connection became free
  'CALL_OVER', // the caller is gone
]);

/** The server answers, but did not run the statement. */
const refused = new Set([
  '53300', // too many connections
  '53200', // out of memory
  '53100', // disk full
  '25006', // a standby that is read-only
]);

/** The statement did not run. */
const unreachable = new Set([
  '57P03', // starting up or shutting down
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CONNECT_TIMEOUT',
  'CONNECTION_ENDED',
]);

/** The connection was lost meanwhile. The commit may have arrived. */
const lost = new Set([
  '57P01', // administrator's shutdown
  '57P02', // crash
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Text that Postgres cannot store: NUL or invalid UTF-8. */
const badText = new Set(['22021', '22P05']);

/** These errors of node-postgres have no code, only a message. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^timeout exceeded when trying to connect|^Connection terminated due to connection timeout/, 'CONNECT_TIMEOUT'],
  [/^Cannot use a pool after calling end/, 'CONNECTION_ENDED'],
  [/^Connection terminated|^Client has encountered a connection error|^Query read timeout/, 'CONNECTION_CLOSED'],
];

function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (const at of causesOf(error)) {
    const { message } = at;
    if ('code' in at && typeof at.code === 'string') codes.push(at.code);
    else codes.push(...words.filter(([pattern]) => pattern.test(message)).map(([, code]) => code));
  }
  return codes;
}

function unavailable(
  reason: ReasonOf<'unavailable'>,
  kind: 'transient' | 'unknown',
  message: string,
  cause: unknown,
): AppError {
  return new AppError('unavailable', reason, message, { kind, cause, retryAfterSeconds: 1 });
}

/**
 * Maps a database error, also one that Drizzle has wrapped, to an AppError; undefined if it is not one of the above.
 * Unique violations are left to the repositories, which know what they mean.
 */
export function fromPostgresError(error: unknown): AppError | undefined {
  const codes = codesOf(error);
  const is = (set: ReadonlySet<string>) => codes.some((code) => set.has(code));
  if (is(busy)) return unavailable('DATABASE_BUSY', 'transient', 'the database is busy; try again', error);
  if (is(refused))
    return unavailable('DATABASE_UNAVAILABLE', 'transient', 'the database takes no calls; try again', error);
  if (is(unreachable)) {
    return unavailable('DATABASE_UNAVAILABLE', 'transient', 'the database does not answer; try again', error);
  }
  if (is(lost) || codes.some((code) => /^08\w{3}$/.test(code))) {
    return unavailable('DATABASE_OUTCOME_UNKNOWN', 'unknown', 'the connection to the database was lost', error);
  }
  if (is(badText)) {
    return new AppError('invalid_argument', 'VALIDATION_FAILED', 'the request has text that cannot be stored', {
      cause: error,
    });
  }
  return undefined;
}
