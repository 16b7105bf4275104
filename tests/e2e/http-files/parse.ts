/** One request of an HTTP file. Its variables are not filled in yet. */
export interface HttpRequest {
  /** The text after `###`. */
  readonly title: string;
  /** The name by which later requests refer to its answer. */
  readonly name: string | undefined;
  /** The statuses that are expected. */
  readonly statuses: readonly number[];
  /** The reason that is expected, if the answer is a problem. */
  readonly reason: string | undefined;
  /** The request is sent again until the answer has this value at this path. */
  readonly until: { readonly path: string; readonly value: string } | undefined;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
}

export interface HttpFile {
  /** The lines `@name = value`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly requests: readonly HttpRequest[];
}

const variable = /^@(?<name>\w+)\s*=\s*(?<value>.*)$/;
const comment = /^(?:#|\/\/)\s*(?<text>.*)$/;
const requestLine = /^(?<method>[A-Z]+)\s+(?<url>\S+)$/;
const header = /^(?<name>[\w-]+):\s*(?<value>.*)$/;

function annotation(comments: readonly string[], form: RegExp): Readonly<Record<string, string>> | undefined {
  return comments.map((text) => form.exec(text)?.groups).find((groups) => groups !== undefined);
}

function toRequest(title: string, lines: readonly string[]): HttpRequest {
  const comments = lines.map((line) => comment.exec(line)?.groups?.['text']).filter((text) => text !== undefined);
  const at = lines.findIndex((line) => requestLine.test(line));
  const [first = '', ...rest] = lines.slice(at);
  const start = requestLine.exec(first)?.groups;
  const expected = annotation(comments, /^expect (?<statuses>\d{3}(?: or \d{3})*)(?: (?<reason>[A-Z_]+))?$/);
  if (at < 0 || start === undefined || expected === undefined) {
    throw new Error(`the request "${title}" needs a request line and a line "# expect <status>"`);
  }
  const blank = rest.indexOf('');
  const head = blank < 0 ? rest : rest.slice(0, blank);
  const body = (blank < 0 ? [] : rest.slice(blank)).join('\n').trim();
  const query = head.map((line) => line.trim()).filter((line) => /^[?&]/.test(line));
  const until = annotation(comments, /^until (?<path>\S+) = (?<value>.+)$/);
  return {
    title,
    name: annotation(comments, /^@name (?<name>\w+)$/)?.['name'],
    statuses: (expected['statuses'] ?? '').split(' or ').map(Number),
    reason: expected['reason'],
    until: until && { path: until['path'] ?? '', value: until['value'] ?? '' },
    method: start['method'] ?? '',
    url: `${start['url']}${query.join('')}`,
    headers: head.flatMap((line): [string, string][] => {
      const found = header.exec(line)?.groups;
      return found === undefined ? [] : [[found['name'] ?? '', found['value'] ?? '']];
    }),
    body: body === '' ? undefined : body,
  };
}

/** Reads the format that VS Code's REST Client and httpYac share. @throws Error that names the request it cannot read */
export function parseHttpFile(text: string): HttpFile {
  const [preamble = '', ...parts] = text.split(/^###/m);
  const variables = preamble.split('\n').flatMap((line): [string, string][] => {
    const found = variable.exec(line)?.groups;
    return found === undefined ? [] : [[found['name'] ?? '', found['value'] ?? '']];
  });
  const requests = parts.map((part) => {
    const [title = '', ...lines] = part.split('\n');
    return toRequest(title.trim(), lines);
  });
  return { variables: Object.fromEntries(variables), requests };
}
