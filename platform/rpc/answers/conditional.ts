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

const hashLength = 22;

/**
 * The strong ETag of exactly these bytes.
 * @param resourceEtag of the one resource in them, without hyphens. A client may send the ETag in `If-Match`, where only
 *   this part counts: the bytes also change when something does that is no reason to refuse an update, such as the stock
 */
export function etagOf(bytes: Uint8Array, resourceEtag?: string): string {
  const ofBytes = hash('sha256', bytes, 'base64url').slice(0, hashLength);
  return resourceEtag === undefined ? `"${ofBytes}"` : `"${resourceEtag}-${ofBytes}"`;
}

/** Proxies that compress add a word, as we do. */
const withHash = new RegExp(`^(?<resource>.+?)-[\\w-]{${hashLength}}(?:-[a-z]+)*$`);

/** The resource's part of an ETag without quotes: what `etagOf` was given. A resource's own etag is returned as it is. */
export function resourceEtagOf(opaque: string): string {
  return withHash.exec(opaque)?.groups?.['resource'] ?? opaque;
}

/** The etag of the one resource in the answer to the current call; undefined for other answers. */
export const resourceEtagKey = createContextKey<string | undefined>(undefined, { description: 'etag of the resource' });
