import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalidArgument } from '../../errors/app-error.ts';

const envelope = z.tuple([z.string(), z.unknown()]);

/** The page tokens of one list. `filter` is the filter of the list, as text. */
export interface PageTokens<Position> {
  /** An opaque token for the page after this position. */
  readonly encode: (position: Position, filter?: string) => string;
  /**
   * Where the page begins; undefined for the first page, which has an empty token.
   * @throws PAGE_TOKEN_INVALID unless it is a token of this list with this filter
   */
  readonly decode: (token: string, filter?: string) => Position | undefined;
}

/**
 * Makes page tokens: base64url of JSON. A token contains a hash of the filter, so it is refused for another filter.
 * @param position schema of a position; its encoded form must be JSON
 */
export function createPageTokens<Schema extends z.ZodType>(position: Schema): PageTokens<z.output<Schema>> {
  return {
    encode: (at, filter = '') =>
      Buffer.from(JSON.stringify([hashOf(filter), z.encode(position, at)])).toString('base64url'),
    decode: (token, filter = '') => {
      if (token === '') return undefined;
      const [hash, at] = envelope.safeParse(parseJson(token)).data ?? [];
      const parsed = position.safeParse(at);
      if (parsed.success && hash === hashOf(filter)) return parsed.data;
      throw invalidArgument('PAGE_TOKEN_INVALID', 'page_token', 'is not a token of this list with these filters');
    },
  };
}

/** A time in a token, with milliseconds. */
export const tokenTime = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (moment) => moment.toISOString(),
});

/** A non-negative bigint of Postgres in a token. */
export const tokenBigint = z.codec(z.string().regex(/^\d{1,19}$/), z.bigint().max(2n ** 63n - 1n), {
  decode: (text) => BigInt(text),
  encode: (value) => String(value),
});

function hashOf(filter: string): string {
  return filter === '' ? '' : createHash('sha256').update(filter).digest('base64url').slice(0, 12);
}

function parseJson(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    return undefined;
  }
}
