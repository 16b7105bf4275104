import { stdSerializers } from 'pino';
import { maskSecrets } from './mask.ts';

const maxCauses = 8;

/**
 * Fields with content, which must not be logged: Postgres's details of a refused row, and values that Drizzle bound.
 */
const contents = new Set(['params', 'detail', 'where', 'internalQuery', 'cause']);

/** Drizzle writes the bound values into its message, and so they are in the stack too. */
function boundValues(error: Error): string[] {
  const found: string[] = [];
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < maxCauses; at = at.cause, depth++) {
    if ('params' in at && Array.isArray(at.params)) found.push(`\nparams: ${String(at.params)}`);
  }
  // The longest first, because one text may be the beginning of another.
  return found.sort((left, right) => right.length - left.length);
}

/** An error and its causes as fields of a log line: where it happened and why, without the content of the call. */
export function errorFields(error: Error): Record<string, unknown> {
  const bound = boundValues(error);
  const plain = (text: string) => maskSecrets(bound.reduce((rest, values) => rest.replaceAll(values, ''), text));
  const { aggregateErrors: _, ...fields } = stdSerializers.err(error);
  const kept = Object.entries(fields).filter(([key, value]) => !contents.has(key) && typeof value !== 'function');
  return {
    ...Object.fromEntries(kept.map(([key, value]) => [key, typeof value === 'string' ? plain(value) : value])),
    ...(error instanceof AggregateError
      ? { aggregateErrors: error.errors.map((each: unknown) => (each instanceof Error ? errorFields(each) : each)) }
      : {}),
  };
}
