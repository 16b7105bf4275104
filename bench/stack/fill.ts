import type { Database } from './database.ts';

export interface FilledOrders {
  readonly orders: number;
  /** A tenth of the orders belongs to this user. */
  readonly hotUser: string;
  /** Another tenth belongs to these users. All others belong to users whom nobody knows. */
  readonly users: readonly string[];
  /** The product of all lines. */
  readonly productId: string;
}

const batch = 100_000;

/**
 * Fills the catalog by SQL, since the API would take an hour. Each product has the movement that opens its stock, so that
 * the books are right.
 */
export async function fillProducts(database: Database, products: number): Promise<void> {
  await database.run(
    `with made as (
      insert into products.products (id, sku, name, description, category, price_minor, currency_code, on_hand, attributes,
        created_at, updated_at)
      select gen_random_uuid(), 'GROWTH-' || n, 'Garden Hose ' || n, 'Does not kink, does not leak. Number ' || n || '.',
        'Category ' || n % 50, 100 + n % 10000, 'USD', 1000, '{"size": "Large"}',
        now() - n * interval '1 minute', now() - n * interval '1 minute'
      from generate_series(1, $1::int) as n
      returning id)
    insert into products.stock_movements (product_id, kind, delta) select id, 'opening', 1000 from made`,
    [products],
  );
  await database.run('vacuum analyze products.products, products.stock_movements');
}

/**
 * Fills the orders by SQL: COMPLETED ones with two lines and two changes of status. They have no holds and no
 * reservations, so the audit must be off.
 */
export async function fillOrders(
  database: Database,
  { orders, hotUser, users, productId }: FilledOrders,
): Promise<void> {
  // The rows refer to each other correctly, so the checks of the foreign keys are left out. The data are thrown away, so
  // a commit need not wait for the disk.
  await database.run(`set session_replication_role = replica`);
  await database.run(`set synchronous_commit = off`);
  for (let first = 1; first <= orders; first += batch) {
    const last = Math.min(orders, first + batch - 1);
    await database.run(fillStatement, [first, last, hotUser, users, productId]);
  }
  await database.run(`set session_replication_role = origin`);
  await database.run('vacuum analyze orders.orders, orders.order_items, orders.order_status_changes');
}

const fillStatement = `with numbered as (
    select n, gen_random_uuid() as id, now() - n * interval '1 second' as at,
      case n % 10 when 0 then $3::uuid when 1 then ($4::uuid[])[1 + n / 10 % array_length($4::uuid[], 1)]
        else md5('growth ' || n % 50000)::uuid end as user_id
    from generate_series($1::int, $2::int) as n
  ), made as (
    insert into orders.orders (id, user_id, request_id, request_fingerprint, status, total_minor, currency_code, cart_version,
      create_time, update_time, completed_at, started_at, next_start_at)
    select id, user_id, gen_random_uuid(), 'growth', 'COMPLETED', 2, 'USD', 1, at, at, at, at, at from numbered
  ), lines as (
    insert into orders.order_items (order_id, position, product_id, name, quantity, unit_price_minor)
    select id, position, $5::uuid, 'Wireless Headphones', 1, 1 from numbered, generate_series(0, 1) as position
  )
  insert into orders.order_status_changes (order_id, status, cause, create_time)
  select id, status, 'filled', at from numbered, unnest(array['PENDING', 'COMPLETED']) as status`;

/** Orders that stay PENDING: they count as started in the future, so that no sweep looks at them. */
export async function fillPending(database: Database, userId: string, ids: readonly string[]): Promise<void> {
  await database.run(
    `with made as (
      insert into orders.orders (id, user_id, request_id, request_fingerprint, status, total_minor, currency_code,
        cart_version, started_at, next_start_at)
      select id, $1::uuid, gen_random_uuid(), 'watched', 'PENDING', 0, 'USD', 1, now() + interval '1 day', now() + interval '1 day'
      from unnest($2::uuid[]) as id
      returning id
    ), lines as (
      insert into orders.order_items (order_id, position, product_id, name, quantity, unit_price_minor)
      select id, 0, gen_random_uuid(), 'Wireless Headphones', 1, 0 from made
    )
    insert into orders.order_status_changes (order_id, status, cause) select id, 'PENDING', 'filled' from made`,
    [userId, ids],
  );
}

/** Ends these orders, so that nothing waits for them. */
export async function endPending(database: Database, ids: readonly string[]): Promise<void> {
  await database.run(
    `update orders.orders set status = 'CANCELLED', update_time = clock_timestamp() where id = any($1::uuid[])`,
    [ids],
  );
}
