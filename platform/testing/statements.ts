import pg from 'pg';
import type { Database } from '../data/db/database.ts';

/**
 * Runs the work and tells which statements it sent, in their order: each by its name, or by its first three words if it
 * has none. Each is one round trip. It records the whole pool, so nothing else may use the database meanwhile.
 */
export async function recordStatements(
  { db: { $client: pool } }: { readonly db: Pick<Database, '$client'> },
  work: () => Promise<unknown>,
): Promise<readonly string[]> {
  const sent: string[] = [];
  const recorded = new Set<pg.PoolClient>();
  const record = (client: pg.PoolClient): void => {
    if (recorded.has(client)) return;
    recorded.add(client);
    const send: (...query: unknown[]) => unknown = client.query.bind(client);
    const query = (...args: unknown[]): unknown => {
      sent.push(nameOf(args[0]));
      return send(...args);
    };
    Object.defineProperty(client, 'query', { value: query, configurable: true });
  };
  pool.on('acquire', record);
  try {
    await work();
  } finally {
    pool.off('acquire', record);
    for (const client of recorded) Reflect.deleteProperty(client, 'query');
  }
  return sent;
}

/** A statement that a pool has sent. */
export interface Sent {
  /** The application name of the pool, for example `wallet`. */
  readonly pool: string;
  /** As `recordStatements` tells it. */
  readonly name: string;
  readonly text: string;
  /** Of its parameters. */
  readonly values: readonly unknown[];
}

/** Runs the work and tells the statements of all pools of this process meanwhile, in their order. */
export async function recordAllPools(work: () => Promise<unknown>): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  const prototype = pg.Client.prototype as unknown as { query: (...query: unknown[]) => unknown };
  const { query: send } = prototype;
  prototype.query = function query(this: pg.Client, ...args: unknown[]): unknown {
    const { application_name: pool } = Reflect.get(this, 'connectionParameters') as { application_name: string };
    sent.push({ pool, name: nameOf(args[0]), text: textOf(args[0]), values: valuesOf(args) });
    return send.apply(this, args);
  };
  try {
    await work();
  } finally {
    prototype.query = send;
  }
  return sent;
}

function nameOf(statement: unknown): string {
  const { name } = typeof statement === 'object' ? (statement as pg.QueryConfig) : {};
  return name ?? textOf(statement).trim().split(/\s+/, 3).join(' ');
}

function textOf(statement: unknown): string {
  return typeof statement === 'object' ? (statement as pg.QueryConfig).text : String(statement);
}

function valuesOf([statement, values]: readonly unknown[]): readonly unknown[] {
  if (Array.isArray(values)) return values;
  return typeof statement === 'object' ? ((statement as pg.QueryConfig).values ?? []) : [];
}
