import type { Database } from './database.ts';

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
