import { createContextKey } from '@connectrpc/connect';
import { hash } from 'node:crypto';

/** `Vary` of the answer to the current call: shared reads are compressed for those clients that take it. */
export const varyKey = createContextKey<string>('accept-encoding', { description: 'Vary of a shared read' });

/** `Vary` of a shared read, with what it already has. */
export function varyOn(others: number | string | readonly string[] | undefined): string {
  return others === undefined ? 'accept-encoding' : `${String(others)}, accept-encoding`;
}

/**
 * Clients may keep the answer of a shared read, but ask each time whether it is still right, so nobody sees an older one
 * than we would send. As everywhere, what was asked with a token is not kept.
 */
export function cacheControl(hasToken: boolean): 'no-cache' | 'no-store' {
  return hasToken ? 'no-store' : 'no-cache';
}

/** The first of `etags` that `If-None-Match` names (RFC 9110, 13.1.2): the client already has that answer. */
export function matches(ifNoneMatch: string | undefined, etags: readonly string[]): string | undefined {
  if (ifNoneMatch === undefined) return undefined;
  const sent = new Set(ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, '')));
  return sent.has('*') ? etags[0] : etags.find((etag) => sent.has(etag));
}

/** The strong ETag of exactly these bytes. */
export function etagOf(bytes: Uint8Array): string {
  return `"${hash('sha256', bytes, 'base64url').slice(0, 22)}"`;
}
