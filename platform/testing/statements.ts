import type pg from 'pg';
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

function nameOf(statement: unknown): string {
  const { name, text } = typeof statement === 'object' ? (statement as pg.QueryConfig) : { text: String(statement) };
  return name ?? text.trim().split(/\s+/, 3).join(' ');
}
