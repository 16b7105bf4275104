import { z } from 'zod';
import { visible, visibleLine } from './visible.ts';

const text = z.string().optional().catch(undefined);
const errorSchema = z.looseObject({ stack: text, message: text, reason: text, code: text });

const causedBy = 'caused by: ';
const frame = /^\s+at /;

/**
 * An error of the log for people. Who reads `error` or `fatal` may have to look for the place in the code. Below that the
 * error is expected, so one line each for it and its causes is enough. A cause without a text is left out.
 */
export function linesOfError(level: string, err: unknown): readonly string[] {
  const error = errorSchema.safeParse(err).data;
  if (error === undefined) return [];
  const { stack, message = '' } = error;
  const parts = splitCauses(stack === undefined || stack === '' ? message : stack);
  if (level === 'error' || level === 'fatal') return parts.flatMap((part) => visible(part).split('\n'));
  const [first, ...causes] = parts.map((part) => visibleLine(withoutFrames(part)));
  if (first === undefined) return [];
  const code = error.reason ?? error.code;
  const named = code === undefined || first.includes(code) ? first : `${first} (${visibleLine(code)})`;
  return [named, ...causes].map((line) => `    ${line}`);
}

/** pino's stack: the error's, then that of each cause, after `caused by: `. */
function splitCauses(stack: string): readonly string[] {
  const parts = stack.split(`\n${causedBy}`).map((part) => part.trimEnd());
  return parts.filter((part) => part !== '').map((part, place) => (place === 0 ? part : `${causedBy}${part}`));
}

function withoutFrames(part: string): string {
  const lines = part.split('\n').filter((line) => !frame.test(line));
  return lines.map((line) => line.trim()).join(' ');
}

/** The errors that a reader has seen. */
export interface ToldErrors {
  /** Whether the last line of this kind had the same error a moment ago. Then it is one of many tries. */
  knows(kind: string, error: string, timeMs: number): boolean;
}

/** Between two tries passes less time than this. */
const forgetMs = 60_000;
const mostKinds = 200;

export function createToldErrors(): ToldErrors {
  const last = new Map<string, { readonly error: string; readonly timeMs: number }>();
  return {
    knows: (kind, error, timeMs) => {
      const before = last.get(kind);
      last.delete(kind);
      last.set(kind, { error, timeMs });
      for (const oldest of last.keys()) if (last.size > mostKinds) last.delete(oldest);
      return before?.error === error && timeMs - before.timeMs < forgetMs;
    },
  };
}
