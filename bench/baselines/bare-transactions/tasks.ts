import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Tasks } from '../../child/protocol.ts';
import { drive, type Durations, type Measured } from '../../statistics.ts';
import { openWindow, type Length, type Marks } from '../../window.ts';

interface TransactionLoad extends Length {
  /** Writers at once. They share the connections. */
  readonly users: number;
  readonly connections: number;
  /** `statements`: begin, three inserts, commit. `one statement`: the three inserts in a single statement. */
  readonly form: 'statements' | 'one statement';
}

const order = `insert into bench.orders (id, user_id, request_id, request_fingerprint, status, total_minor, currency_code,
  cart_version, next_start_at) values ($1, $2, $3, 'bench', 'PENDING', 2, 'USD', 1, now())`;
const items = `insert into bench.order_items (order_id, position, product_id, name, quantity, unit_price_minor)
  values ($1, 0, $2, 'Wireless Headphones', 1, 1), ($1, 1, $3, 'Wireless Headphones', 1, 1)`;
const change = `insert into bench.order_status_changes (order_id, status, cause) values ($1, 'PENDING', 'checkout accepted')`;
const all = `with created as (${order} returning id),
  lines as (insert into bench.order_items (order_id, position, product_id, name, quantity, unit_price_minor)
    select id, 0, $4::uuid, 'Wireless Headphones', 1, 1 from created union all
    select id, 1, $5::uuid, 'Wireless Headphones', 1, 1 from created)
  insert into bench.order_status_changes (order_id, status, cause) select id, 'PENDING', 'checkout accepted' from created`;

// The tables are copies, so that no sweep and no audit sees the rows.
const makeTables = `drop schema if exists bench cascade; create schema bench;
  create table bench.orders (like orders.orders including all);
  create table bench.order_items (like orders.order_items including all, foreign key (order_id) references bench.orders);
  create table bench.order_status_changes (like orders.order_status_changes including all,
    foreign key (order_id) references bench.orders)`;
const dropTables = 'drop schema bench cascade';

/**
 * Writes the rows of an accepted checkout, with prepared statements and nothing around them. Times: `transaction`.
 */
async function bareTransactions(load: TransactionLoad, marks: Marks): Promise<Measured> {
  const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: load.connections });
  const write = load.form === 'statements' ? inStatements : inOneStatement;
  await pool.query(makeTables);
  const window = openWindow(load, marks);
  try {
    return await drive(window, load.users, async (): Promise<Durations> => {
      const begunMs = performance.now();
      await write(pool);
      return { transaction: performance.now() - begunMs };
    });
  } finally {
    await pool.query(dropTables);
    await pool.end();
  }
}

async function inStatements(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  const orderId = randomUUID();
  try {
    await client.query('begin');
    await client.query({ name: 'order', text: order, values: [orderId, randomUUID(), randomUUID()] });
    await client.query({ name: 'items', text: items, values: [orderId, randomUUID(), randomUUID()] });
    await client.query({ name: 'change', text: change, values: [orderId] });
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function inOneStatement(pool: pg.Pool): Promise<void> {
  const values = Array.from({ length: 5 }, () => randomUUID());
  await pool.query({ name: 'all', text: all, values });
}

export const tasks = { bareTransactions } satisfies Tasks;
export type TransactionTasks = typeof tasks;
