import { createHash, randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { AppError } from '../platform/errors/app-error.ts';
import { causesOf } from '../platform/errors/causes.ts';
import { fromConnectError } from '../platform/errors/from-connect.ts';
import { CliError, exitCodes } from './exit.ts';

const requestIds = new WeakMap<Error, string>();
const endings = ['SIGINT', 'SIGTERM'];

/**
 * Makes a change that has a request id. Its error tells the id, unless the platform refused the change: without the id
 * a person who runs the command again could pay twice. Ctrl-C while it waits for the answer is such an error too.
 * @param given the request id of an earlier attempt
 * @throws what `change` throws; CliError INTERRUPTED
 */
export async function repeatable<Result>(
  given: string | undefined,
  change: (requestId: string, signal: AbortSignal) => Promise<Result>,
  signals: Pick<EventEmitter, 'on' | 'off'> = process,
): Promise<Result> {
  const requestId = given ?? randomUUID();
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const name of endings) signals.on(name, end);
  try {
    return await change(requestId, stop.signal);
  } catch (error) {
    throw remember(stop.signal.aborted ? interrupted() : error, requestId);
  } finally {
    // `npm run cli` passes Ctrl-C on as a second signal. It must not end the process before the id is told.
    if (!stop.signal.aborted) for (const name of endings) signals.off(name, end);
  }
}

/** The request id of a change whose outcome is not known. An error that has this error as its cause has it too. */
export function requestIdOf(error: unknown): string | undefined {
  for (const at of causesOf(error)) {
    const requestId = requestIds.get(at);
    if (requestId !== undefined) return requestId;
  }
  return undefined;
}

/** The request id of one step of a change, the same in each attempt: a repeat puts nothing into the cart twice. */
export function requestIdOfStep(requestId: string, step: number): string {
  const digest = createHash('sha256').update(`${requestId} ${step}`).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

function remember(error: unknown, requestId: string): unknown {
  if (error instanceof Error && !isRefusal(error)) requestIds.set(error, requestId);
  return error;
}

/** Transient is no refusal: the back office may still carry out what it could not finish. */
function isRefusal(error: Error): boolean {
  if (error instanceof CliError) return false;
  return (error instanceof AppError ? error : fromConnectError(error)).kind === 'definitive';
}

function interrupted(): CliError {
  return new CliError('INTERRUPTED', exitCodes.error, 'stopped before the answer came');
}
