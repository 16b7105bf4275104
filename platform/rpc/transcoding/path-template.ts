/** A path template of google.api.http, ready to match. */
export interface PathTemplate {
  /** As written, for metrics and documents. */
  readonly text: string;
  /** Variables' field paths in proto names, for example `product.product_id`. */
  readonly fields: readonly string[];
  /** True if it has no variable: it then matches only its own text. */
  readonly isLiteral: boolean;
  /** The variables' decoded values in the order of `fields`; undefined if the path does not match. */
  readonly match: (path: string) => readonly string[] | undefined;
}

const special = /[.*+?^${}()|[\]\\]/g;
const variable = /\{(?<field>[\w.]+)(?:=(?<pattern>[^}]*))?\}/g;

function patternOf(pattern: string, segment: string): string {
  return pattern
    .split('/')
    .map((part) => (part === '**' ? '.+' : part === '*' ? segment : part.replaceAll(special, String.raw`\$&`)))
    .join('/');
}

/**
 * Parses `/v1/{name}`, `/v1/{a.b}`, `/v1/{name=folders/*}`, `/v1/{name=**}` and a custom verb `:verb` at the end. A
 * value in the last segment must not contain a colon, because a verb begins there. A percent-encoded colon is allowed.
 * Syntax: https://github.com/googleapis/googleapis/blob/master/google/api/http.proto
 */
export function parsePathTemplate(text: string): PathTemplate {
  const fields: string[] = [];
  let source = '';
  let at = 0;
  for (const found of text.matchAll(variable)) {
    source += text.slice(at, found.index).replaceAll(special, String.raw`\$&`);
    at = found.index + found[0].length;
    const isLast = !text.slice(at).includes('/');
    fields.push(found.groups?.field ?? '');
    source += `(${patternOf(found.groups?.pattern ?? '*', isLast ? '[^/:]+' : '[^/]+')})`;
  }
  source += text.slice(at).replaceAll(special, String.raw`\$&`);
  const regex = new RegExp(`^${source}$`);
  return {
    text,
    fields,
    isLiteral: fields.length === 0,
    match: (path) => {
      const found = regex.exec(path);
      return found === null ? undefined : found.slice(1).map(decodeSegment);
    },
  };
}

/** Invalid percent-encoding stays as it is, and the rules of the field refuse it. */
function decodeSegment(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
