import { parseArgs } from 'node:util';
import { readLine, renderLine, type LogLine } from '../../../platform/telemetry/pretty.ts';
import type { ToldErrors } from '../../../platform/telemetry/pretty-error.ts';
import { visible } from '../../../platform/telemetry/visible.ts';
import { orderIdIn, otherFormsOfOrderId } from '../../../workflows/contract/order-id.ts';
import { Failure, UsageFailure } from '../bootstrap/failure.mjs';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** Which lines are wanted. Without any of these, all lines are. */
export interface Wanted {
  readonly orderId?: string | undefined;
  /** The buyer's, or that of who works for the buyer. */
  readonly userId?: string | undefined;
  /** A request's id or a trace's. */
  readonly request?: string | undefined;
  /** This level and those above it. */
  readonly level?: string | undefined;
}

export interface LogsOptions {
  readonly profile: string;
  readonly part: string | undefined;
  readonly follow: boolean;
  /** As they were written, not for people. */
  readonly json: boolean;
  readonly wanted: Wanted;
}

/**
 * Reads the words after `npm run logs --`, or after another command that shows a log.
 * @throws UsageFailure for a value that no line of the log can have
 */
export function readLogsOptions(args: readonly string[], command = 'npm run logs'): LogsOptions {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { profile: text, follow: flag, json: flag, order: text, user: text, request: text, level: text },
  });
  const { profile = 'dev', follow, json, order } = values;
  // Compared in small letters, whatever case a person copied them in.
  const [userId, request, level] = [values.user, values.request, values.level].map((value) => value?.toLowerCase());
  if (level !== undefined && !levels.some((name) => name === level)) {
    throw new UsageFailure(`There is no level ${values.level}.`, {
      suggestion: `${command} -- --level ${levels.join('|')}`,
    });
  }
  if (userId?.includes('@') === true) {
    throw new UsageFailure('The log has no e-mail addresses, only the ids of users.', {
      suggestion: `npm run cli -- user find ${userId} tells the id`,
    });
  }
  const orderId = order === undefined ? undefined : readOrderId(order, command);
  return { profile, part: positionals[0], follow, json, wanted: { orderId, userId, request, level } };
}

/** What the command line takes as an order, without payments: the log does not have their ids. */
function readOrderId(value: string, command: string): string {
  const id = orderIdIn(value);
  if (id !== undefined) return id;
  throw new UsageFailure(`"${value}" is not the id of an order: it is a UUID, ${otherFormsOfOrderId}.`, {
    suggestion: value.includes('@')
      ? `npm run cli -- order find ${value} tells the ids`
      : `${command} -- --order checkout-<UUID>`,
  });
}

/** @throws Failure if no part has this name */
export function expectPart(part: string | undefined, names: readonly string[], command: string): void {
  if (part === undefined || names.includes(part)) return;
  throw new Failure(`There is no part called ${part}.`, { suggestion: `${command} -- ${names.join('|')}` });
}

export function isFiltered(wanted: Wanted): boolean {
  return Object.values(wanted).some((value) => value !== undefined);
}

/** Whether a line is wanted. Lines of other programs have no ids, so they are wanted only without a filter. */
export function isWanted(line: LogLine | undefined, wanted: Wanted): boolean {
  if (!isFiltered(wanted)) return true;
  if (line === undefined) return false;
  const { orderId, userId, request, level } = wanted;
  if (orderId !== undefined && line['orderId'] !== orderId) return false;
  if (userId !== undefined && !isOneOf(userId, line['userId'], line['actorId'])) return false;
  if (request !== undefined && !isOneOf(request, line['requestId'], line['traceId'])) return false;
  return level === undefined || rank(line.level) >= rank(level);
}

/** A client may send a request id in capitals. */
function isOneOf(wanted: string, ...ids: readonly unknown[]): boolean {
  return ids.some((id) => typeof id === 'string' && id.toLowerCase() === wanted);
}

function rank(level: string): number {
  return levels.findIndex((name) => name === level);
}

export interface Entry {
  readonly text: string;
  readonly line: LogLine | undefined;
}

/** The wanted lines of these texts. With a filter they are ordered by their time, whichever part wrote them. */
export function select(texts: readonly string[], wanted: Wanted): Entry[] {
  const entries = texts
    .flatMap((text) => text.split('\n'))
    .filter((text) => text !== '')
    .map((text) => ({ text, line: readLine(text) }))
    .filter(({ line }) => isWanted(line, wanted));
  if (!isFiltered(wanted)) return entries;
  return entries.toSorted((a, b) => Date.parse(a.line?.time ?? '') - Date.parse(b.line?.time ?? ''));
}

export interface Look {
  readonly json: boolean;
  readonly inColour: boolean;
  /** The errors of the lines that were shown before. */
  readonly told?: ToldErrors;
  /** Leaves out what matters only where several requests are compared. */
  readonly brief?: boolean;
}

/** Fields that a reader of a story does not need: the request's id says the same. */
const hidden = new Set(['pid', 'traceId']);

/** For people it leaves out what was asked for, since each line would repeat it. */
export function show(
  { text, line }: Entry,
  { json, inColour, told, brief = false }: Look,
  wanted: Wanted = {},
): string {
  if (json) return text;
  if (line === undefined) return visible(text);
  if (!brief && !isFiltered(wanted)) return renderLine(line, inColour, told);
  const { time, level, role, msg, ...fields } = line;
  const asked = new Set<unknown>(Object.values(wanted).filter((value) => value !== undefined));
  const kept = Object.entries(fields).filter(([key, value]) => !hidden.has(key) && !asked.has(value));
  return renderLine({ time, level, role, msg, ...Object.fromEntries(kept) }, inColour, told);
}

/** Gives whole lines, of a text that comes in pieces. */
export function splitLines(onLine: (line: string) => void): (piece: Buffer) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (piece) => {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
