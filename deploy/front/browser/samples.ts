/** Values for the examples of the reference page. */
import { newRequestId } from './request-id.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: readonly unknown[] }>>>>;
  /** Where a value is found, by its name: a GET whose answer has one. Empty: only in an answer to the reader. */
  readonly 'x-sources': Readonly<Record<string, string>>;
}

const mostMs = 3000;
const keyHeader = 'Idempotency-Key';
/** What stands in the examples for the key of a request. */
const keyPlaceholder = newRequestId();
/** What stands in them for values that exist and are not known yet, by name. */
const placeholders = new Map<string, string>();
/** What the examples show, by name: a placeholder, or a value that exists. */
const shown = new Map([keyHeader, 'requestId'].map((name) => [name, keyPlaceholder]));
/** The values of those that are known, by name. */
const known = new Map<string, string>();
let sources: ApiDocument['x-sources'] = {};

export const exampleOf = (name: string): string | undefined => known.get(name);

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Calls back for each member of each object in a value, the inner ones first. */
function visit(value: Json, call: (name: string, member: Json) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, call);
  else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      visit(member, call);
      call(name, member);
    }
  }
}

/** Takes the values that an answer has for examples. */
export function remember(text: string): void {
  let answer: Json;
  try {
    answer = JSON.parse(text);
  } catch {
    return;
  }
  const found = new Map<string, string>();
  visit(answer, (name, member) => {
    if (name in sources && typeof member === 'string' && member !== '' && !found.has(name)) found.set(name, member);
  });
  for (const [name, value] of found) known.set(name, value);
}

/** Reads a value. The page works without it, so it does not wait for long. */
async function ask(name: string, authorization: string | undefined): Promise<void> {
  const path = sources[name];
  if (path === undefined || path === '') return;
  const headers: HeadersInit = authorization === undefined ? {} : { authorization };
  try {
    const answer = await fetch(path, { headers, signal: AbortSignal.timeout(mostMs) });
    if (answer.ok) remember(await answer.text());
  } catch {
    // The example keeps its placeholder.
  }
}

/** A request that the page is about to send. */
export interface Call {
  url: string;
  body?: unknown;
  headers: Record<string, string>;
}

/** Puts values into a request where it has the examples' placeholders. */
export async function fillIn(call: Call): Promise<void> {
  const sent = call.headers[keyHeader];
  // A key of the reader's own stays, so that a repeat can be tried. Header and body must have the same.
  const key = sent === undefined || sent === keyPlaceholder ? newRequestId() : sent;
  if (sent !== undefined) call.headers[keyHeader] = key;
  const { body } = call;
  for (const [name, placeholder] of placeholders) {
    const isUsed = call.url.includes(placeholder) || (typeof body === 'string' && body.includes(placeholder));
    if (isUsed && !known.has(name)) await ask(name, call.headers['Authorization']);
  }
  const values = new Map([...placeholders].map(([name, from]) => [from, known.get(name) ?? from]));
  values.set(keyPlaceholder, key);
  const filled = (text: string) => [...values].reduce((done, [from, to]) => done.replaceAll(from, to), text);
  call.url = filled(call.url);
  if (typeof body === 'string') call.body = filled(body);
}

/** Chooses what the examples show: a value that everybody may read now, or a placeholder. */
async function choose(name: string, { paths }: ApiDocument): Promise<void> {
  const operation = paths[sources[name]?.split('?', 1)[0] ?? '']?.['get'];
  if (operation?.security?.length === 0) await ask(name, undefined);
  const value = known.get(name);
  if (value === undefined) placeholders.set(name, name.endsWith('Token') ? `the ${name} of a sign-in` : newRequestId());
  shown.set(name, value ?? placeholders.get(name) ?? '');
}

/** The document with examples that run as they are. */
export async function withExamples(document: ApiDocument): Promise<ApiDocument> {
  sources = document['x-sources'];
  for (const name of Object.keys(sources)) await choose(name, document);
  return JSON.parse(JSON.stringify(document), (member, value) => {
    if (value === null || typeof value !== 'object') return value;
    const parameter = shown.get(value.name);
    if (parameter !== undefined && value.in !== undefined && (value.required === true || value.name === keyHeader)) {
      return { ...value, example: parameter };
    }
    // A property of a body. Answers have examples of the same names, which do no harm.
    const property = shown.get(member);
    return property !== undefined && 'type' in value ? { ...value, examples: [property] } : value;
  });
}
