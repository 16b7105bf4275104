import type { FieldViolation } from '../../errors/app-error.ts';
import { resourceEtagOf } from '../answers/conditional.ts';
import { malformed } from '../json/malformed.ts';

/** A longer list is no list of what the client has seen. */
const mostTags = 10;
/** The longest etag that the contract allows. */
const longestEtag = 128;
const element = /\s*(?:(?<weak>W\/)?"(?<opaque>[\x21\x23-\x7e\x80-\xff]*)")?\s*(?:,|$)/y;

/** An etag that no resource has, because a quote cannot be part of one. */
const never = '"';

function refuse(description: FieldViolation['description']): never {
  throw malformed([{ field: 'If-Match', description }]);
}

/**
 * The etags of the resource that `If-Match` allows (RFC 9110, 13.1.1); undefined if it allows any. A tag is the ETag of an
 * answer, of which only the resource's part counts, or the resource's `etag` in quotes. Weak tags never match.
 * @throws MALFORMED_REQUEST
 */
export function allowedEtags(header: string): readonly string[] | undefined {
  if (header.trim() === '*') return undefined;
  const etags = new Set<string>();
  let isEmpty = true;
  element.lastIndex = 0;
  while (element.lastIndex < header.length) {
    const { weak, opaque } = element.exec(header)?.groups ?? refuse('must be entity tags in quotes, or *');
    if (opaque === undefined) continue;
    isEmpty = false;
    const etag = resourceEtagOf(opaque);
    if (weak === undefined && etag !== '' && etag.length <= longestEtag) etags.add(etag);
    if (etags.size > mostTags) refuse(`must have at most ${mostTags} entity tags`);
  }
  if (isEmpty) refuse('must be entity tags in quotes, or *');
  return etags.size === 0 ? [never] : [...etags];
}
