import { MIMEType } from 'node:util';

const mostTypes = 200;
const known = new Map<string, string | undefined>();

function read(header: string): string | undefined {
  try {
    const { essence, params } = new MIMEType(header);
    const charset = params.get('charset');
    return charset === null || /^utf-?8$/i.test(charset) ? essence : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The media type of a `Content-Type`, in lower case and without parameters; undefined if it cannot be read, or if its
 * charset is not UTF-8. All of `application/json;`, `Application/JSON; charset="UTF8"` and `application/json; v=1` are
 * JSON: a parameter that a type does not define has no effect (RFC 6838, 4.3).
 */
export function mediaTypeOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (known.has(header)) return known.get(header);
  const type = read(header);
  // Clients send few different ones.
  if (known.size < mostTypes) known.set(header, type);
  return type;
}
