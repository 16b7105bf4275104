import { z } from 'zod';
import type { SessionPosition } from '../repository/sessions.ts';
import { pageTokenInvalid } from './errors.ts';

const tokenSchema = z.tuple([z.int().min(0).max(8.64e15), z.uuid()]);

/** An opaque token that goes on after this session. */
export function encodePageToken({ createdAt, sessionId }: SessionPosition): string {
  return Buffer.from(JSON.stringify([createdAt.getTime(), sessionId])).toString('base64url');
}

/** @throws PAGE_TOKEN_INVALID */
export function decodePageToken(token: string): SessionPosition {
  const parsed = tokenSchema.safeParse(parseJson(Buffer.from(token, 'base64url').toString('utf8')));
  if (!parsed.success) throw pageTokenInvalid();
  const [createdAtMs, sessionId] = parsed.data;
  return { createdAt: new Date(createdAtMs), sessionId };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
