import { ConnectError } from '@connectrpc/connect';
import { settingsProblems } from '../platform/config/errors.ts';
import { AppError } from '../platform/errors/app-error.ts';
import { causesOf } from '../platform/errors/causes.ts';
import { fromConnectError } from '../platform/errors/from-connect.ts';
import { fromPostgresError } from '../platform/errors/from-postgres.ts';
import { ErrorInfoSchema } from '../proto/gen/google/rpc/error_details_pb.ts';
import { errorDomain, type Reason } from '../proto/reasons.ts';
import { CliError, exitCodes, type ExitCode } from './exit.ts';
import { partOf } from './parts.ts';
import { requestIdOf } from './repeatable.ts';
import { warn, warnJson } from './say.ts';

/** An error as `--json` prints it on stderr. Part and address are absent if no part of the platform caused it. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly part?: string;
  readonly address?: string;
  /** Of a change whose outcome is not known: `--request-id` repeats it without doing it twice. */
  readonly requestId?: string;
}

const away = new Set(['unavailable', 'deadline_exceeded']);

/** The API refuses a value that is wrong in every state of the shop, for example a reason of one letter. */
const wrongValues = new Set<string>(['VALIDATION_FAILED', 'PAGE_TOKEN_INVALID'] satisfies Reason[]);

/** What an error says, and the exit code that tells scripts its kind. */
export function failureOf(error: unknown): { readonly failure: Failure; readonly exitCode: ExitCode } {
  const { reason, message, exitCode } = read(error);
  const requestId = requestIdOf(error);
  const repeat = requestId === undefined ? {} : { requestId };
  return { failure: { reason, message, ...partOf(error), ...repeat }, exitCode };
}

/** What a call answers. @returns undefined for a refusal with this reason */
export async function known<Answer>(call: Promise<Answer>, reason: string): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (failureOf(error).failure.reason === reason) return undefined;
    throw error;
  }
}

/**
 * A failure in one line. It names the part that failed or did not answer, and ends with the reason. A second line tells
 * how to repeat a change whose outcome is not known.
 */
export function textOf(error: unknown): string {
  const { failure, exitCode } = failureOf(error);
  const { reason, message, part, address, requestId } = failure;
  const place = part === undefined ? '' : address === '' ? part : `${part} at ${address}`;
  const isAway = exitCode === exitCodes.away;
  // A refusal of the API is about what was asked, not about the API.
  const from = place === '' || (!isAway && reason !== unknownReason) ? '' : `${place}: `;
  const begin =
    from === '' || !isAway ? from : answered(error) ? `the ${part} answered: ` : `${place} does not answer: `;
  const repeat =
    requestId === undefined
      ? ''
      : `\nTo learn the outcome without doing it twice, repeat the command with --request-id ${requestId}`;
  return `${begin}${message}${unnamed.has(reason) ? '' : ` (${reason})`}${repeat}`;
}

/** Prints an error as every command does, and sets the exit code. */
export function tellFailure(error: unknown, json: boolean): void {
  const { failure, exitCode } = failureOf(error);
  if (json) warnJson({ error: failure });
  else warn(textOf(error));
  process.exitCode = exitCode;
}

/** Whether a service of the platform itself gave this error. Then that service is there, whatever it misses. */
export function answered(error: unknown): boolean {
  return causesOf(error).some(
    (at) => at instanceof ConnectError && at.findDetails(ErrorInfoSchema).some(({ domain }) => domain === errorDomain),
  );
}

/** Reasons that the message already tells. */
const unknownReason = 'ERROR';
const wrongSetting = 'WRONG_SETTING';
const unnamed = new Set([unknownReason, 'USAGE', 'NOT_FOUND', wrongSetting]);

function read(error: unknown): { reason: string; message: string; exitCode: ExitCode } {
  if (error instanceof CliError) return error;
  const wrong = settingsProblems(error);
  if (wrong !== undefined) return { reason: wrongSetting, message: wrong.join('; '), exitCode: exitCodes.usage };
  const known = knownError(error);
  const lost = known === undefined ? fromPostgresError(error) : undefined;
  if (lost !== undefined) return fromNetwork(error, lost);
  if (known !== undefined) return { reason: known.reason, message: wordsOf(known), exitCode: exitCodeOf(known) };
  const message = isOfPostgres(error) || !(error instanceof Error) ? rootOf(error) : error.message;
  if (error instanceof Error && error.name === 'WorkflowNotFoundError')
    return { reason: 'WORKFLOW_NOT_FOUND', message, exitCode: exitCodes.notFound };
  return { reason: unknownReason, message, exitCode: exitCodes.error };
}

/** Every lost connection has the same codes. Only the error's part tells whether a database was meant. */
function fromNetwork(error: unknown, lost: AppError): { reason: string; message: string; exitCode: ExitCode } {
  const reason = isOfPostgres(error) || lost.code !== 'unavailable' ? lost.reason : 'UPSTREAM_UNAVAILABLE';
  return { reason, message: rootOf(error), exitCode: exitCodeOf(lost) };
}

/** The query that failed says less than what the database answered. */
function isOfPostgres(error: unknown): boolean {
  return partOf(error)?.part.startsWith('Postgres') ?? false;
}

function rootOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootOf(error.cause);
}

function knownError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  return error instanceof ConnectError ? fromConnectError(error) : undefined;
}

function wordsOf({ message, violations }: AppError): string {
  return violations.map(({ field, description }) => `${field}: ${description}`).join('; ') || message;
}

function exitCodeOf({ code, reason }: AppError): ExitCode {
  if (wrongValues.has(reason)) return exitCodes.usage;
  if (code === 'not_found') return exitCodes.notFound;
  return away.has(code) ? exitCodes.away : exitCodes.error;
}
