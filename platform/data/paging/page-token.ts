import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalidArgument } from '../../errors/app-error.ts';

const envelope = z.tuple([z.string(), z.unknown()]);

/** The tokens of one list. `filter` is what the list was asked for, as text, apart from the page. */
export interface PageTokens<Position> {
  /** An opaque token for the page after this position. */
  readonly encode: (position: Position, filter?: string) => string;
  /**
   * Where the page begins; undefined for the first one, whose token is empty.
   * @throws PAGE_TOKEN_INVALID for anything but a token of this list with this filter
   */
  readonly decode: (token: string, filter?: string) => Position | undefined;
}

/**
 * Page tokens: base64url of JSON, with a fingerprint of the filter, so that a list can't be gone on with as another.
 * @param position tells a genuine position; its encoded form must be JSON
 */
export function createPageTokens<Schema extends z.ZodType>(position: Schema): PageTokens<z.output<Schema>> {
  return {
    encode: (at, filter = '') =>
      Buffer.from(JSON.stringify([printOf(filter), z.encode(position, at)])).toString('base64url'),
    decode: (token, filter = '') => {
      if (token === '') return undefined;
      const [print, at] = envelope.safeParse(parseJson(token)).data ?? [];
      const parsed = position.safeParse(at);
      if (parsed.success && print === printOf(filter)) return parsed.data;
      throw invalidArgument('PAGE_TOKEN_INVALID', 'page_token', 'is no token of this list with these filters');
    },
  };
}

/** A moment, to the millisecond, within a token. */
export const tokenTime = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (moment) => moment.toISOString(),
});

/** A non-negative bigint of Postgres within a token. */
export const tokenBigint = z.codec(z.string().regex(/^\d{1,19}$/), z.bigint().max(2n ** 63n - 1n), {
  decode: (text) => BigInt(text),
  encode: (value) => String(value),
});

function printOf(filter: string): string {
  return filter === '' ? '' : createHash('sha256').update(filter).digest('base64url').slice(0, 12);
}

function parseJson(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    return undefined;
  }
}
