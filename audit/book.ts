import type pg from 'pg';
import { connect, type Connection } from './connection.ts';
import { watchServer, type Beat } from './watch.ts';

export type Row = Readonly<Record<string, unknown>>;

/** The database of one service, read in one snapshot. */
export interface Book {
  readonly rows: <R extends Row>(text: string, values?: readonly unknown[]) => Promise<R[]>;
  /** Reads a long result in batches of 1000 rows. Other queries may run between two batches. */
  readonly batches: <R extends Row>(text: string, values?: readonly unknown[]) => AsyncGenerator<R[]>;
}

/**
 * The schemas that are audited, in the order in which they are opened. Rows of runtime/registry.ts name them (`books`).
 */
export const bookNames = ['orders', 'wallet', 'products', 'cart', 'backoffice'] as const;
export type BookName = (typeof bookNames)[number];
export type Books = Readonly<Record<BookName, Book>>;
export type BookUrls = Readonly<Record<BookName, string>>;

export function perBook<Value>(valueOf: (name: BookName) => Value): Readonly<Record<BookName, Value>> {
  return Object.fromEntries(bookNames.map((name) => [name, valueOf(name)])) as Record<BookName, Value>;
}

const batchSize = 1000;
/** With millions of orders one check takes minutes. */
const statementTimeoutMs = 3_600_000;
const beginning = [
  'begin isolation level repeatable read read only',
  // Postgres looks whether the worker is still there, and else ends its statement, which could run on for an hour.
  `set local client_connection_check_interval = '10s'`,
  // So Postgres also notices a worker whose machine has vanished.
  'set local tcp_keepalives_idle = 10',
  'set local tcp_keepalives_interval = 10',
  'set local tcp_keepalives_count = 3',
];

/**
 * Opens the books of all services, calls `use` and closes them. Books in the same database share one snapshot, also if
 * they are read as different database roles. Books in different databases are read at slightly different moments.
 * If a database falls silent, all running statements fail within a minute.
 */
export async function withBooks<Result>(
  urls: BookUrls,
  use: (books: Books) => Promise<Result>,
  beat?: Beat,
): Promise<Result> {
  const connections = new Map<string, Connection>();
  const snapshots = new Map<string, string>();
  const watches = new Map<string, () => Promise<void>>();
  let silence: Error | undefined;
  const onSilence = (error: Error): void => {
    silence = error;
    for (const { cut } of connections.values()) cut(error);
  };
  try {
    for (const url of new Set(bookNames.map((name) => urls[name]))) {
      const place = placeOf(url);
      if (!watches.has(place)) watches.set(place, await watchServer(url, onSilence, beat));
      const connection = await connect(url, { application_name: 'audit', statement_timeout: statementTimeoutMs });
      connections.set(url, connection);
      if (silence !== undefined) throw silence;
      await begin(connection.client, place, snapshots);
    }
    const books = perBook((name) => {
      const connection = connections.get(urls[name]);
      if (connection === undefined) throw new Error(`no database was opened for ${name}`);
      return createBook(connection.client);
    });
    return await use(books);
  } finally {
    const closing = [...connections.values()].map(({ close }) => close());
    await Promise.allSettled([...closing, ...[...watches.values()].map((stop) => stop())]);
  }
}

async function begin(client: pg.Client, place: string, snapshots: Map<string, string>): Promise<void> {
  for (const statement of beginning) await client.query(statement);
  const shared = snapshots.get(place);
  if (shared !== undefined) {
    await client.query(`set transaction snapshot ${client.escapeLiteral(shared)}`);
    return;
  }
  const { rows } = await client.query<{ id: string }>('select pg_export_snapshot() as id');
  snapshots.set(place, rows[0]?.id ?? '');
}

/** The host and database of a URL, without the user. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return host + pathname;
}

let cursors = 0;

function createBook(client: pg.Client): Book {
  const rows = async <R extends Row>(text: string, values: readonly unknown[] = []): Promise<R[]> =>
    (await client.query<R>(text, [...values])).rows;
  return {
    rows,
    async *batches<R extends Row>(text: string, values: readonly unknown[] = []) {
      const cursor = `batches_${++cursors}`;
      await client.query(`declare ${cursor} no scroll cursor for ${text}`, [...values]);
      for (;;) {
        const batch = await rows<R>(`fetch ${batchSize} from ${cursor}`);
        if (batch.length > 0) yield batch;
        if (batch.length < batchSize) break;
      }
      await client.query(`close ${cursor}`);
    },
  };
}
