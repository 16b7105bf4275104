import pg from 'pg';

interface Column {
  readonly name: string;
  readonly type: string;
  /** Postgres makes the value itself. */
  readonly generated: boolean;
  /** It is in a unique index that a new id does not make different. */
  readonly unique: boolean;
}

/** Tables that have a handful of rows on every installation. */
export const few: ReadonlySet<string> = new Set(['sso.signing_keys']);

/**
 * Multiplies the rows of every table until it has about `rows` of them, and collects statistics. Each copy has new ids,
 * and another text where a text is unique. References between tables are lost, which a plan does not see.
 * @returns the names of the tables that did not become that full
 */
export async function multiplyRows(url: string, rows: number): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Without foreign keys and triggers.
    await client.query('set session_replication_role = replica');
    await client.query('set synchronous_commit = off');
    const notFull: string[] = [];
    for (const table of await tablesOf(client)) {
      if (few.has(table)) continue;
      await multiply(client, table, rows);
      const { rows: counted } = await client.query<{ n: number }>(`select count(*)::int as n from ${table}`);
      if ((counted[0]?.n ?? 0) < rows / 2) notFull.push(table);
    }
    await client.query('vacuum analyze');
    return notFull;
  } finally {
    await client.end();
  }
}

const live = 2000;
const later = `now() + interval '1 hour'`;
const ended = 'failure_reason = null, failure_message = null, failure_metadata = null';

/**
 * Rows that wait for something, of which a quiet platform has none. None is due, so that no loop takes it. They are the
 * rows of partial indexes.
 */
const waiting: readonly string[] = [
  `update cart.claims set state = 'CLAIMED', ended_at = null, expires_at = ${later}
   where order_id in (select distinct on (user_id) order_id from cart.claims
     where user_id is not null and state <> 'CLAIMED' limit ${live})`,
  `update products.reservations set state = 'ACTIVE', closed_at = null, expires_at = ${later}
   where order_id in (select order_id from products.reservations limit ${live})`,
  `update wallet.holds set state = 'HELD', ended_at = null, capture_transaction_id = null, expires_at = ${later},
     capture_deadline = now() where order_id in (select order_id from wallet.holds where wallet_id is not null limit ${live})`,
  `update orders.orders set status = 'PENDING', started_at = null, next_start_at = ${later}, ${ended}
   where id in (select id from orders.orders where status <> 'PENDING' limit ${live})`,
  `update orders.orders set status = 'PENDING', started_at = now(), ${ended}
   where id in (select id from orders.orders where status <> 'PENDING' limit ${live})`,
  `update orders.orders set status = 'COMPLETED', next_refund_at = ${later}, ${ended}
   where id in (select id from orders.orders where status <> 'PENDING' limit ${live})`,
  `update orders.outbox set published_at = null, next_attempt_at = ${later}
   where id in (select id from orders.outbox limit ${live})`,
  `update orders.outbox set published_at = null, dead = true
   where id in (select id from orders.outbox where published_at is not null limit ${live})`,
  `update products.catalog_changes set taken_at = null, due_at = ${later}
   where id in (select id from products.catalog_changes limit ${live})`,
  `update backoffice.audit_trail set outcome = 'OPEN', ended_at = null, next_try_at = ${later},
     order_id = gen_random_uuid()
   where id in (select id from backoffice.audit_trail limit ${live})`,
];

/** Makes many rows wait. It collects no statistics. @returns the partial indexes that have few rows */
export async function addWaiting(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('set session_replication_role = replica');
    for (const text of waiting) await client.query(text);
    const { rows: partial } = await client.query<{ name: string; table: string; condition: string }>(
      `select i.indexrelid::regclass::text as name, i.indrelid::regclass::text as table,
         pg_get_expr(i.indpred, i.indrelid) as condition
       from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
       where i.indpred is not null and n.nspname not in ('pg_catalog', 'pg_toast') order by 1`,
    );
    const empty: string[] = [];
    for (const { name, table, condition } of partial) {
      if (few.has(table)) continue;
      const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table} where ${condition}`);
      if ((rows[0]?.n ?? 0) < live / 2) empty.push(name);
    }
    return empty;
  } finally {
    await client.end();
  }
}

async function tablesOf(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema', 'public', 'drizzle') and tablename not like '%migrations%'
     order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function multiply(client: pg.Client, table: string, rows: number): Promise<void> {
  const columns = (await columnsOf(client, table)).filter(({ generated }) => !generated);
  const { rows: counted } = await client.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  const there = counted[0]?.n ?? 0;
  if (there === 0) return;
  const names = columns.map(({ name }) => name).join(', ');
  const values = columns.map(copied).join(', ');
  await client.query(
    `insert into ${table} (${names}) select ${values} from ${table} t, generate_series(1, $1::int) as n
     on conflict do nothing`,
    [Math.ceil(rows / there)],
  );
}

async function columnsOf(client: pg.Client, table: string): Promise<readonly Column[]> {
  const { rows } = await client.query<Column>(
    `select quote_ident(a.attname) as name, format_type(a.atttypid, null) as type,
       a.attidentity <> '' or a.attgenerated <> '' as generated,
       exists (select from pg_index i where i.indrelid = a.attrelid and i.indisunique and a.attnum = any(i.indkey)
         and not exists (select from pg_attribute k where k.attrelid = a.attrelid and k.attnum = any(i.indkey)
           and k.atttypid = 'uuid'::regtype)) as unique
     from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [table],
  );
  return rows;
}

function copied({ name, type, unique }: Column): string {
  if (type === 'uuid') return `case when t.${name} is null then null else gen_random_uuid() end`;
  if (type === 'timestamp with time zone') return `t.${name} - n * interval '1 second'`;
  // An id in a text is an id: with a handful of values in a whole table, no index on it would seem worth its use.
  if (type === 'text' && name.endsWith('_id'))
    return `case when t.${name} is null then null else gen_random_uuid()::text end`;
  if (unique && type === 'text') return `t.${name} || '-' || n`;
  if (unique && type === 'bytea') return `t.${name} || int4send(n)`;
  return `t.${name}`;
}
