import { randomUUID } from 'node:crypto';
import type { Json } from '../drivers/driver.ts';
import type { HttpRequest } from './parse.ts';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** The parsed JSON, or text if the answer is not JSON. */
  readonly body: unknown;
}

/** The value at a path such as `a.b[0].c`, as text. Undefined if there is none. */
export function valueAt(body: unknown, path: string): string | undefined {
  let value: unknown = body;
  for (const key of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Json)[key];
  }
  return value === undefined || value === null ? undefined : String(value);
}

/** Sends the requests of one file. They share variables and answers. */
export class Session {
  readonly #variables: Readonly<Record<string, string>>;
  readonly #answers = new Map<string, unknown>();

  constructor(variables: Readonly<Record<string, string>>) {
    this.#variables = variables;
  }

  /** Sends a request and keeps its answer under its name. @throws Error if a variable has no value */
  async send(request: HttpRequest): Promise<Answer> {
    const body = request.body === undefined ? {} : { body: this.#fill(request.body) };
    const headers = request.headers.map(([name, value]): [string, string] => [name, this.#fill(value)]);
    const response = await fetch(this.#fill(request.url), { method: request.method, headers, ...body });
    const contentType = (response.headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
    const text = await response.text();
    const answer = {
      status: response.status,
      contentType,
      body: contentType.endsWith('json') ? JSON.parse(text) : text,
    };
    if (request.name !== undefined) this.#answers.set(request.name, answer.body);
    return answer;
  }

  /** The URL of a request, with its variables filled in. */
  url(request: HttpRequest): URL {
    return new URL(this.#fill(request.url));
  }

  #fill(text: string): string {
    return text.replaceAll(/\{\{(?<name>[^}]+)\}\}/g, (_, name: string) => {
      if (name === '$guid') return randomUUID();
      const [request = '', path = ''] = name.split('.response.body.');
      const value = path === '' ? this.#variables[name] : valueAt(this.#answers.get(request), path);
      if (value === undefined) throw new Error(`{{${name}}} has no value`);
      return value;
    });
  }
}
