import { causesOf } from '../platform/errors/causes.ts';

/** A part of the platform that a command talks to. */
export interface Part {
  /** For people, for example `API` or `Temporal`. */
  readonly part: string;
  /** Without a password. */
  readonly address: string;
}

const partOfError = new WeakMap<object, Part>();

/** Waits for a call to a part. If it fails, the error is remembered as that part's. */
export async function callPart<Result>(part: Part, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw blame(part, error);
  }
}

/** Remembers that an error came from a part, unless a part nearer to it is known. @returns the same error */
export function blame(part: Part, error: unknown): unknown {
  if (error instanceof Error && partOf(error) === undefined) partOfError.set(error, part);
  return error;
}

/** The part that an error, or one of its causes, came from. */
export function partOf(error: unknown): Part | undefined {
  for (const at of causesOf(error)) {
    const part = partOfError.get(at);
    if (part !== undefined) return part;
  }
  return undefined;
}

/** A database as a part: its address is host, port and name, because the URL may hold a password. */
export function databasePart(schema: string, url: string): Part {
  const { host, pathname } = new URL(url);
  return { part: `Postgres (${schema})`, address: `${host}${pathname}` };
}
