import { orderEventTypes, ordersSource, ordersTopic } from '../../proto/order-events.ts';
import type { Database } from './database.ts';

export interface Filled {
  readonly products: number;
  /** Each buys one piece of two products. */
  readonly orders: number;
  /** A tenth of the orders belongs to this user. */
  readonly hotUser: string;
  /** Another tenth belongs to these users. All others belong to 40,000 users whom nobody knows. */
  readonly users: readonly string[];
}

/** The platform forgets published events after 14 days, so a million orders must be younger. */
const secondsBetweenOrders = 1;
const opening = 1000;
const topUpMinor = 1_000_000;
const priceMinor = 1;
const totalMinor = 2 * priceMinor;

/** Spreads the lines of all orders evenly over the products, and neighbours far apart. */
const productNumberOf = (line: string, products: string) => `(${line}::bigint * 7919 % ${products} + 1)::int`;
const productIdOf = (number: string) => `md5('growth product ' || ${number})::uuid`;

/**
 * Fills the catalog by SQL, since the API would take an hour. What the orders of `fillCheckouts` buy is gone from the
 * stocks already: to change the rows later would leave a dead one for each.
 */
export async function fillProducts(database: Database, { products, orders }: Filled): Promise<void> {
  await database.run(
    `with sold as (
      select ${productNumberOf('line', '$1::int')} as number, count(*)::int as pieces
      from generate_series(0, 2 * $2::int - 1) as line group by 1
    ), made as (
      insert into products.products (id, sku, name, description, category, price_minor, currency_code, on_hand, attributes,
        created_at, updated_at)
      select ${productIdOf('n')}, 'GROWTH-' || n, 'Garden Hose ' || n,
        'Does not kink, does not leak. Number ' || n || '.', 'Category ' || n % 50, 100 + n % 10000, 'USD',
        ${opening} - coalesce(sold.pieces, 0), '{"size": "Large"}', at, at
      from generate_series(1, $1::int) as n left join sold on sold.number = n,
        lateral (select now() - interval '1 day' - n * interval '1 minute' as at) as times
      returning id)
    insert into products.stock_movements (product_id, kind, delta) select id, 'opening', ${opening} from made`,
    [products, orders],
  );
}

/**
 * Fills every table that a checkout writes, as if each of the orders had completed, oldest first. The books agree: the
 * audit finds nothing. Nobody may check out meanwhile. Requires `fillProducts`.
 */
export async function fillCheckouts(database: Database, filled: Filled): Promise<void> {
  const { orders, products, users, hotUser } = filled;
  // The rows refer to each other correctly, so the checks of the foreign keys are left out. The data are thrown away, so
  // a commit need not wait for the disk.
  await database.run(`set session_replication_role = replica`);
  await database.run(`set synchronous_commit = off`);
  await database.run(`set work_mem = '128MB'`);
  await database.run(`create temp table filled (n int, id uuid, user_id uuid, transaction_id uuid, event_id uuid,
    at timestamptz(3))`);
  await database.run(`create temp table filled_lines (order_id uuid, position int, product_id uuid, name text,
    at timestamptz(3))`);
  await database.run(ordersToFill, [orders, hotUser, users]);
  await database.run(linesToFill, [products]);
  await database.run('analyze filled, filled_lines');
  for (const statement of [...orderTables, ...stockTables, ...moneyTables, ...cartTables])
    await database.run(statement);
  await database.run('drop table filled, filled_lines');
  await database.run(`reset work_mem`);
  await database.run(`reset synchronous_commit`);
  await database.run(`reset session_replication_role`);
}

const ordersToFill = `insert into filled
  select n, gen_random_uuid(), case n % 10 when 0 then $2::uuid
      when 1 then ($3::uuid[])[1 + n / 10 % array_length($3::uuid[], 1)] else md5('growth user ' || n % 50000)::uuid end,
    gen_random_uuid(), gen_random_uuid(), now() - n * interval '${secondsBetweenOrders} second'
  from generate_series($1::int, 1, -1) as n`;

const linesToFill = `insert into filled_lines
  select id, position, ${productIdOf('number')}, 'Garden Hose ' || number, at
  from filled, generate_series(0, 1) as position,
    lateral (select ${productNumberOf('(2 * (n - 1) + position)', '$1::int')} as number) as product`;

const orderTables: readonly string[] = [
  `insert into orders.orders (id, user_id, request_id, request_fingerprint, status, total_minor, currency_code, cart_version,
    create_time, update_time, completed_at, started_at, next_start_at)
  select id, user_id, gen_random_uuid(), 'growth', 'COMPLETED', ${totalMinor}, 'USD', 1, at, at, at, at, at from filled`,
  `insert into orders.order_items (order_id, position, product_id, name, quantity, unit_price_minor)
  select order_id, position, product_id, name, 1, ${priceMinor} from filled_lines`,
  `insert into orders.order_status_changes (order_id, status, cause, create_time)
  select id, status, 'filled', at from filled, unnest(array['PENDING', 'COMPLETED']) as status`,
  `insert into orders.outbox (id, topic, source, type, aggregate_id, request_id, occurred_at, published_at, data)
  select event_id, '${ordersTopic}', '${ordersSource}', '${orderEventTypes.completed}', id::text, gen_random_uuid()::text,
    at, at, jsonb_build_object('orderId', id, 'userId', user_id, 'status', 'COMPLETED', 'items', lines.sold,
      'total', jsonb_build_object('currencyCode', 'USD', 'minorUnits', '${totalMinor}'), 'cartVersion', '1',
      'occurTime', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from filled join (
    select order_id, jsonb_agg(jsonb_build_object('productId', product_id, 'quantity', 1)) as sold
    from filled_lines group by order_id) as lines on lines.order_id = id
  order by n desc`,
];

const stockTables: readonly string[] = [
  `insert into products.reservations (order_id, state, expires_at, created_at, closed_at)
  select id, 'COMMITTED', at + interval '15 minutes', at, at from filled`,
  `insert into products.reservation_lines (order_id, product_id, quantity) select order_id, product_id, 1 from filled_lines`,
  `insert into products.stock_movements (product_id, kind, delta, order_id, created_at)
  select product_id, 'commit', -1, order_id, at from filled_lines`,
];

const moneyTables: readonly string[] = [
  // A wallet with its first money for everybody who has none.
  `with made as (
    insert into wallet.wallets (id, user_id, currency_code, balance_minor)
    select gen_random_uuid(), user_id, 'USD', ${topUpMinor} from (select distinct user_id from filled) as buyers
    where not exists (select from wallet.wallets where wallets.user_id = buyers.user_id)
    returning id
  ), booked as (
    insert into wallet.transactions (id, type, wallet_id, request_id, created_at)
    select gen_random_uuid(), 'TOP_UP', id, gen_random_uuid(), (select min(at) from filled) from made
    returning id, wallet_id
  )
  insert into wallet.entries (transaction_id, line, account, amount_minor, currency_code, balance_after_minor)
  select id, entry.line, entry.account, entry.amount_minor, 'USD', entry.balance_after_minor
  from booked, lateral (values (1, 'wallet:' || wallet_id, ${topUpMinor}, ${topUpMinor}),
    (2, 'system:funding:USD', -${topUpMinor}, null)) as entry (line, account, amount_minor, balance_after_minor)`,
  // The order of the ledger is that of sequence, so the oldest comes first.
  `insert into wallet.transactions (id, type, wallet_id, order_id, created_at)
  select filled.transaction_id, 'CAPTURE', wallets.id, filled.id, filled.at
  from filled join wallet.wallets using (user_id) order by filled.n desc`,
  `insert into wallet.entries (transaction_id, line, account, amount_minor, currency_code, balance_after_minor)
  select transaction_id, entry.line, entry.account, entry.amount_minor, 'USD', entry.balance_after_minor
  from (
    select filled.n, transaction_id, wallets.id as wallet_id,
      balance_minor - ${totalMinor} * row_number() over (partition by wallets.id order by filled.n desc) as balance_minor
    from filled join wallet.wallets using (user_id) order by filled.n desc) as captures,
    lateral (values (1, 'wallet:' || wallet_id, -${totalMinor}, balance_minor),
      (2, 'system:sales:USD', ${totalMinor}, null)) as entry (line, account, amount_minor, balance_after_minor)`,
  `insert into wallet.holds (order_id, state, wallet_id, user_id, amount_minor, currency_code, expires_at, capture_deadline,
    capture_transaction_id, created_at, ended_at)
  select filled.id, 'CAPTURED', wallets.id, user_id, ${totalMinor}, 'USD', at + interval '15 minutes',
    at + interval '10 minutes', transaction_id, at, at
  from filled join wallet.wallets using (user_id) order by filled.n desc`,
  `update wallet.wallets set balance_minor = balance_minor - ${totalMinor} * bought.orders
  from (select user_id, count(*) as orders from filled group by user_id) as bought
  where wallets.user_id = bought.user_id`,
];

const cartTables: readonly string[] = [
  `insert into cart.carts (user_id, version) select distinct user_id, 1 from filled on conflict do nothing`,
  `insert into cart.claims (order_id, state, user_id, cart_version, expires_at, created_at, ended_at)
  select id, 'CONSUMED', user_id, 1, at + interval '15 minutes', at, at from filled`,
  `insert into cart.claim_lines (order_id, product_id, quantity) select order_id, product_id, 1 from filled_lines`,
  `insert into cart.inbox (consumer, event_id, received_at) select 'cart', event_id, at from filled`,
];
