/** A path template of google.api.http, ready to match. */
export interface PathTemplate {
  /** As written, for metrics and documents. */
  readonly text: string;
  /** Variables' field paths in proto names, for example `product.product_id`. */
  readonly fields: readonly string[];
  /** No variable in it: it matches its own text only. */
  readonly isLiteral: boolean;
  /** The variables' decoded values in the order of `fields`, or undefined if the path is another. */
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
 * Parses `/v1/{name}`, `/v1/{a.b}`, `/v1/{name=shelves/*}`, `/v1/{name=**}` and a custom verb `:verb` at the end.
 * A value in the last segment can't hold a bare colon (a verb begins there); percent-encoded it can.
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

/** Bad percent-encoding stays as it is: the field's own rules then refuse it. */
function decodeSegment(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
