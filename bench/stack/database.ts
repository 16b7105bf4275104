import pg from 'pg';
import { until } from '../../platform/testing/eventually.ts';
import type { Sent } from '../typical.ts';

/** One connection of the benchmark to the platform's database. */
export interface Database {
  /** Transactions that ended so far. A server tells of them up to a second late, of idle connections up to ten. */
  transactions(): Promise<number>;
  pendingOrders(): Promise<number>;
  /** Waits until every event was published, and the cart of every completed order was emptied. */
  untilEventsAreOver(): Promise<void>;
  /** Prepares `statements`. @throws Error if this Postgres was started without pg_stat_statements */
  countStatements(): Promise<void>;
  /** How often each statement was sent so far, also by others. It waits for nothing: a statement counts at once. */
  statements(): Promise<Sent>;
  run(statement: string, values?: readonly unknown[]): Promise<void>;
  /** The number that the statement selects as `value`. */
  count(statement: string): Promise<number>;
  close(): Promise<void>;
}

/** Postgres tells the numbers of an idle connection after ten seconds at the latest. */
export const countedAfterSeconds = 11;
const eventsWithinMs = 20_000;

/** The expressions of triggers stand among the statements, too. Nobody sends them. Those of the benchmark have a mark. */
const statementsSent = `/* bench */ select query, sum(calls) as calls from bench_statements.pg_stat_statements
  where dbid = (select oid from pg_database where datname = current_database())
    and query ~* '^\\s*(select|insert|update|delete|merge|with|begin|start|commit|rollback|savepoint|release|set|lock)\\M'
  group by query`;
const eventsLeft = `/* bench */ select (select count(*) from orders.outbox where published_at is null and not dead)
  + (select count(*) from cart.claims where state = 'CLAIMED') as value`;

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
    async untilEventsAreOver() {
      await until(
        () => number(eventsLeft),
        (left) => left === 0,
        { withinMs: eventsWithinMs, everyMs: 20 },
      );
    },
    async countStatements() {
      await client.query('create schema if not exists bench_statements');
      await client.query('create extension if not exists pg_stat_statements schema bench_statements');
    },
    async statements() {
      const { rows } = await client.query<{ query: string; calls: string }>(statementsSent);
      return new Map(rows.map(({ query, calls }) => [query, Number(calls)]));
    },
    async run(statement, values = []) {
      await client.query(statement, [...values]);
    },
    count: number,
    close: () => client.end(),
  };
}
