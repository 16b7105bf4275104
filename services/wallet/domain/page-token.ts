import { z } from 'zod';
import { invalidArgument } from '../../platform/errors/app-error.ts';

const maxSequence = 2n ** 63n - 1n;
const tokenSchema = z.tuple([z.string().regex(/^\d{1,19}$/), z.string()]);

/** An opaque token that goes on after the transaction with this sequence, under the same filter. */
export function encodePageToken(sequence: bigint, filter: string): string {
  return Buffer.from(JSON.stringify([String(sequence), filter])).toString('base64url');
}

/** @throws PAGE_TOKEN_INVALID for anything but a token that this list gave out for the same filter. */
export function decodePageToken(token: string, filter: string): bigint {
  const parsed = tokenSchema.safeParse(parseJson(Buffer.from(token, 'base64url').toString('utf8')));
  const sequence = parsed.success ? BigInt(parsed.data[0]) : -1n;
  if (!parsed.success || parsed.data[1] !== filter || sequence > maxSequence) {
    throw invalidArgument('PAGE_TOKEN_INVALID', 'page_token', 'is no token of this list with these filters');
  }
  return sequence;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
