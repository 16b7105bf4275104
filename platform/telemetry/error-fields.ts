import { stdSerializers } from 'pino';

const maxCauses = 8;

/** What Postgres says of the row that it refused, and what Drizzle bound: content, of which nothing may be logged. */
const contents = new Set(['params', 'detail', 'where', 'internalQuery', 'cause']);

/** `j***@example.com`: enough to find a person's report, too little to write to them. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return at < 1 ? '***' : `${email.slice(0, 1)}***${email.slice(at)}`;
}

const email = /[^\s@/\\"'`()[\]{}<>,;:=]+@(?:[\w-]+\.)+[a-z]{2,}/gi;

/** Drizzle writes what it bound into its message, and so into the stack. */
function boundValues(error: Error): string[] {
  const found: string[] = [];
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < maxCauses; at = at.cause, depth++) {
    if ('params' in at && Array.isArray(at.params)) found.push(`\nparams: ${String(at.params)}`);
  }
  // The longest first: one may begin as another does.
  return found.sort((left, right) => right.length - left.length);
}

/** An error with its causes as fields of a log line: where it happened and why, without what the call was about. */
export function errorFields(error: Error): Record<string, unknown> {
  const bound = boundValues(error);
  const plain = (text: string) =>
    bound.reduce((rest, values) => rest.replaceAll(values, ''), text).replaceAll(email, maskEmail);
  const { aggregateErrors: _, ...fields } = stdSerializers.err(error);
  const kept = Object.entries(fields).filter(([key, value]) => !contents.has(key) && typeof value !== 'function');
  return {
    ...Object.fromEntries(kept.map(([key, value]) => [key, typeof value === 'string' ? plain(value) : value])),
    ...(error instanceof AggregateError
      ? { aggregateErrors: error.errors.map((each: unknown) => (each instanceof Error ? errorFields(each) : each)) }
      : {}),
  };
}
