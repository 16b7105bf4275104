import { LogTimestamp } from '@temporalio/worker';
import type { LogLevel, LogMetadata, Logger as TemporalLogger } from '@temporalio/worker';
import type { Logger } from 'pino';
import { loggedAt } from '../telemetry/logger.ts';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
/** A kind of line of the SDK's core is told once in this time. In an outage each of its pollers repeats its line. */
const foldMs = 60_000;
const mostKinds = 500;

/** The SDK's lines in the log of the process. */
export function toTemporalLogger(logger: Logger): TemporalLogger {
  const leftOut = createFold();
  const log = (level: LogLevel, message: string, meta: LogMetadata = {}): void => {
    const { error, ...rest } = meta;
    const isCore = meta['sdkComponent'] === 'core';
    const err = isCore ? shortened(error) : error;
    const repeated = isCore ? leftOut(`${level} ${kindOf(message)} ${String(err)}`) : 0;
    if (repeated === undefined) return;
    const fields = { ...rest, ...(err === undefined ? {} : { err }), ...(repeated === 0 ? {} : { repeated }) };
    loggedAt(timeOf(meta), () => logger[levelOf(level, message, meta)](fields, message));
  };
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
}

/** The SDK calls `log` with a level for most of its lines, so the choice stands here for all of them. */
function levelOf(level: LogLevel, message: string, meta: LogMetadata) {
  // The worker logs each of its states as `info`, which an operator does not need. What workflows tell is ours.
  if (level === 'INFO' && meta['sdkComponent'] !== 'workflow') return 'debug';
  // Our activities tell of their failures themselves, with the ids of the request.
  if (level === 'WARN' && message === 'Activity failed') return 'debug';
  return levels[level];
}

/** The SDK holds lines back for a moment. Each of them has the time at which it was made, in nanoseconds. */
function timeOf(meta: LogMetadata): Date | undefined {
  const nanos: unknown = meta[LogTimestamp];
  return typeof nanos === 'bigint' ? new Date(Number(nanos / 1_000_000n)) : undefined;
}

/** The core writes its error as Rust shows it: `Status { code: Unavailable, message: "tcp connect error", … }`. */
function shortened(error: unknown): unknown {
  const [, code, message] = /^Status \{ code: (\w+), message: "([^"]*)"/.exec(String(error)) ?? [];
  return code === undefined ? error : `${code}: ${message}`;
}

/** The message without its numbers, such as that of the attempts. */
function kindOf(message: string): string {
  return message.replaceAll(/\d+/g, '');
}

/** Tells how often a kind was left out since it was last told; undefined if it is to be left out now. */
function createFold(): (kind: string) => number | undefined {
  const told = new Map<string, { readonly atMs: number; left: number }>();
  return (kind) => {
    const last = told.get(kind);
    const now = performance.now();
    if (last !== undefined && now - last.atMs < foldMs) {
      last.left++;
      return undefined;
    }
    if (told.size === mostKinds) told.clear();
    told.set(kind, { atMs: now, left: 0 });
    return last?.left ?? 0;
  };
}
