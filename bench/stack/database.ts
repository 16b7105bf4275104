import pg from 'pg';

/** One connection of the benchmark to the platform's database. */
export interface Database {
  /** Transactions that ended so far. A server tells of them up to a second late, of idle connections up to ten. */
  transactions(): Promise<number>;
  pendingOrders(): Promise<number>;
  run(statement: string, values?: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

/** Postgres tells the numbers of an idle connection after ten seconds at the latest. */
export const countedAfterSeconds = 11;

export async function openDatabase(url: string): Promise<Database> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  const number = async (text: string): Promise<number> => {
    const { rows } = await client.query<{ value: string }>(text);
    return Number(rows[0]?.value);
  };
  return {
    transactions: () =>
      number('select xact_commit + xact_rollback as value from pg_stat_database where datname = current_database()'),
    pendingOrders: () => number(`select count(*) as value from orders.orders where status = 'PENDING'`),
    async run(statement, values = []) {
      await client.query(statement, [...values]);
    },
    close: () => client.end(),
  };
}
