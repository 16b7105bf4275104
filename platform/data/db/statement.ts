import { sql, type Placeholder, type SQL } from 'drizzle-orm';
import { fillPlaceholders } from 'drizzle-orm/sql';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Database } from './database.ts';

/** A value that Postgres gets as a parameter. */
type Value = string | number | bigint | boolean | Date | null | readonly string[];

/** For each field of the input, its place in the text of the statement. */
export type Given<Input> = { readonly [Field in keyof Input]: Placeholder<Extract<Field, string>> };

/** Runs the statement on a connection of the pool, outside of any transaction. */
export type Statement<Input, Row> = (db: Database, input: Input) => Promise<readonly Row[]>;

const dialect = new PgDialect();

/**
 * Declares a statement whose text is built once, and which each connection prepares once. It is a transaction of its own:
 * one round trip, and its locks last no longer than it.
 * @param name unique in the process and at most 63 characters, for example `wallet.capture`; metrics and tests show it
 * @param build the text. Parameters that Postgres can't infer need a cast, for example `${given.orderId}::uuid`
 * @param decode makes a row of what node-postgres reads: bigint is text, timestamptz is a Date
 */
export function statement<Input extends { readonly [Field in keyof Input]: Value }, Raw extends object, Row = Raw>(
  name: string,
  build: (given: Given<Input>) => SQL,
  decode?: (raw: Raw) => Row,
): Statement<Input, Row> {
  const given = new Proxy({} as Given<Input>, { get: (_, field: string) => sql.placeholder(field) });
  const { sql: text, params } = dialect.sqlToQuery(build(given));
  return async (db, input) => {
    const { rows } = await db.$client.query<Raw>({ name, text, values: fillPlaceholders(params, input) });
    return decode === undefined ? (rows as unknown as readonly Row[]) : rows.map(decode);
  };
}

const refusals = new Set(['23514']);

/**
 * The answer of a statement that relies on a CHECK of the table: if the CHECK refuses it, nothing is written and the
 * answer is `undefined`.
 */
export async function unlessRefusedByCheck<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && 'code' in error && refusals.has(String(error.code))) return undefined;
    throw error;
  }
}
