import { migrateService } from '../../platform/data/db/migrate.ts';
import { bookNames } from '../book.ts';
import { bookOwners } from '../config.ts';

/** The ids of the rows in the sound world below. */
export const ids = {
  user: id('1'),
  wallet: id('2'),
  product: id('3'),
  completed: id('a'),
  failed: id('b'),
  refunded: id('c'),
  pending: id('d'),
  cancelled: id('e'),
  unstarted: id('f'),
  unknown: id('9'),
  credit: id('5'),
  debit: id('6'),
  refund: id('7'),
} as const;

function id(digit: string): string {
  return `${digit.repeat(8)}-0000-4000-8000-000000000000`;
}

/** The schemas by service: the audited ones, and that of sso, which the auditor must not be able to read. */
const schemas: Readonly<Record<string, string>> = {
  sso: 'sso',
  ...Object.fromEntries(bookNames.map((book) => [bookOwners[book], book])),
};

export async function migrateAll(url: string): Promise<void> {
  for (const [service, schema] of Object.entries(schemas)) await migrateService(url, service, schema);
}

const { user, wallet, product, completed, failed, refunded, pending, cancelled, unstarted, credit, debit, refund } =
  ids;
const transactionOf = (order: string, type: string): string => order.slice(0, -1) + (type === 'CAPTURE' ? '1' : '2');

const moved = (order: string, type: 'CAPTURE' | 'REFUND', amount: number, after: number): string => `
  insert into wallet.transactions (id, type, wallet_id, order_id, created_at)
    values ('${transactionOf(order, type)}', '${type}', '${wallet}', '${order}', now() - interval '3 minutes');
  insert into wallet.entries values
    ('${transactionOf(order, type)}', 0, 'wallet:${wallet}', ${amount}, 'USD', ${after}),
    ('${transactionOf(order, type)}', 1, 'sales', ${-amount}, 'USD', null);`;

const hold = (order: string, state: 'HELD' | 'CAPTURED'): string => {
  const captured = state === 'CAPTURED';
  return `insert into wallet.holds (order_id, state, wallet_id, user_id, amount_minor, currency_code, expires_at,
      capture_deadline, capture_transaction_id, ended_at)
    values ('${order}', '${state}', '${wallet}', '${user}', 200, 'USD', now() + interval '9 minutes',
      now() + interval '5 minutes', ${captured ? `'${transactionOf(order, 'CAPTURE')}'` : 'null'},
      ${captured ? `now() - interval '3 minutes'` : 'null'});`;
};

const order = (orderId: string, history: readonly string[], started = true): string => {
  const status = history.at(-1) ?? 'PENDING';
  const completedAt = history.includes('COMPLETED') ? `now() - interval '3 minutes'` : 'null';
  return `
  insert into orders.orders (id, user_id, request_id, request_fingerprint, status, total_minor, currency_code,
    cart_version, create_time, update_time, completed_at, failure_reason, started_at, next_start_at)
  values ('${orderId}', '${user}', '${orderId}', '-', '${status}', 200, 'USD', 1,
    now() - interval '${started ? 200 : 30} seconds', now() - interval '170 seconds', ${completedAt},
    ${status === 'FAILED' ? `'EXPIRED'` : 'null'}, ${started ? `now() - interval '3 minutes'` : 'null'}, now());
  insert into orders.order_items values ('${orderId}', 0, '${product}', 'A thing', 2, 100);
  ${history.map((at) => `insert into orders.order_status_changes values ('${orderId}', '${at}', now() - interval '3 minutes', 'test');`).join('\n')}
  ${history
    .filter((at) => at !== 'PENDING')
    .map((at) => told(orderId, at))
    .join('\n')}`;
};

const told = (orderId: string, status: string): string => {
  const eventId = orderId.slice(0, -2) + (status === 'COMPLETED' ? '11' : '12');
  const type = `ecommerce.order.v1.Order${status.charAt(0)}${status.slice(1).toLowerCase()}`;
  return `
  insert into orders.outbox (id, topic, source, type, aggregate_id, data, occurred_at, published_at)
    values ('${eventId}', 'ecommerce.orders.v1', '/test', '${type}', '${orderId}', '{}',
      now() - interval '3 minutes', now() - interval '2 minutes');
  insert into cart.inbox (consumer, event_id) values ('cart', '${eventId}');`;
};

const reserved = (orderId: string, state: string, restocked = false): string => `
  insert into products.reservations (order_id, state, expires_at, restocked_at)
    values ('${orderId}', '${state}', now() + interval '9 minutes', ${restocked ? 'now()' : 'null'});
  insert into products.reservation_lines values ('${orderId}', '${product}', 2);
  ${state === 'COMMITTED' ? movement(orderId, 'commit', -2) : ''}
  ${restocked ? movement(orderId, 'restock', 2) : ''}`;

const movement = (orderId: string | undefined, kind: string, delta: number): string =>
  `insert into products.stock_movements (product_id, kind, delta, order_id)
    values ('${product}', '${kind}', ${delta}, ${orderId === undefined ? 'null' : `'${orderId}'`});`;

const claimed = (orderId: string, state: string): string => `
  insert into cart.claims (order_id, state, user_id, cart_version, expires_at, ended_at)
    values ('${orderId}', '${state}', '${user}', 1, now() + interval '9 minutes', ${state === 'CLAIMED' ? 'null' : 'now()'});
  insert into cart.claim_lines values ('${orderId}', '${product}', 2);`;

/** A movement by an administrator, and its entry in the audit trail. */
const adjusted = (entry: string, type: 'CREDIT' | 'DEBIT', amount: number, after: number): string => `
  insert into wallet.transactions (id, type, wallet_id, request_id, created_at)
    values ('${entry}', '${type}', '${wallet}', '${entry}', now() - interval '3 minutes');
  insert into wallet.entries values
    ('${entry}', 0, 'wallet:${wallet}', ${amount}, 'USD', ${after}),
    ('${entry}', 1, 'adjustments', ${-amount}, 'USD', null);
  ${changed(entry, `wallet.${type.toLowerCase()}`, { amount_minor: `${Math.abs(amount)}`, currency_code: `'USD'` })}`;

const changed = (entry: string, action: string, columns: Readonly<Record<string, string>>): string => `
  insert into backoffice.audit_trail (id, actor_id, action, user_id, reason, request_id, outcome, answer, created_at,
      ended_at, next_try_at, ${Object.keys(columns).join(', ')})
    values ('${entry}', '${user}', '${action}', '${user}', 'test', '${entry}', 'DONE', '{}',
      now() - interval '3 minutes', now() - interval '3 minutes', now(), ${Object.values(columns).join(', ')});`;

/**
 * SQL for a small shop in which every invariant holds. It has six orders: completed, failed, refunded, cancelled, one
 * whose workflow is running and one that was just accepted. An administrator made a credit, a debit and the refund.
 */
export const soundWorld = `
  insert into wallet.wallets (id, user_id, currency_code, balance_minor, held_minor)
    values ('${wallet}', '${user}', 'USD', 800, 200);
  insert into wallet.transactions (id, type, wallet_id, created_at) values ('${id('4')}', 'TOP_UP', '${wallet}', now());
  insert into wallet.entries values
    ('${id('4')}', 0, 'wallet:${wallet}', 1000, 'USD', 1000), ('${id('4')}', 1, 'funding', -1000, 'USD', null);
  ${moved(completed, 'CAPTURE', -200, 800)} ${hold(completed, 'CAPTURED')}
  ${moved(refunded, 'CAPTURE', -200, 600)} ${hold(refunded, 'CAPTURED')} ${moved(refunded, 'REFUND', 200, 800)}
  insert into wallet.refunds values ('${refunded}', '${transactionOf(refunded, 'REFUND')}', 200);
  ${adjusted(credit, 'CREDIT', 50, 850)} ${adjusted(debit, 'DEBIT', -50, 800)}
  ${changed(refund, 'order.refund', { order_id: `'${refunded}'`, actor_role: `'support'` })}
  ${hold(pending, 'HELD')}
  insert into wallet.holds (order_id, state, ended_at) values ('${failed}', 'VOIDED', now()), ('${cancelled}', 'VOIDED', now());

  insert into products.products (id, sku, name, price_minor, currency_code, on_hand, reserved)
    values ('${product}', 'THING', 'A thing', 100, 'USD', 8, 2);
  ${movement(undefined, 'opening', 10)}
  ${reserved(completed, 'COMMITTED')} ${reserved(refunded, 'COMMITTED', true)} ${reserved(pending, 'ACTIVE')}
  ${reserved(failed, 'RELEASED')} ${reserved(cancelled, 'RELEASED')}

  insert into cart.carts values ('${user}', 3);
  insert into cart.cart_items values ('${user}', '${product}', 2, 'A thing', 100, 'USD', 2);
  ${claimed(completed, 'CONSUMED')} ${claimed(refunded, 'CONSUMED')} ${claimed(pending, 'CLAIMED')}
  ${claimed(failed, 'RELEASED')} ${claimed(cancelled, 'RELEASED')}

  ${order(completed, ['PENDING', 'COMPLETED'])} ${order(failed, ['PENDING', 'FAILED'])}
  ${order(refunded, ['PENDING', 'COMPLETED', 'CANCELLED'])} ${order(cancelled, ['PENDING', 'CANCELLED'])}
  ${order(pending, ['PENDING'])} ${order(unstarted, ['PENDING'], false)}`;

/** SQL that drops constraints and triggers, so that a test can plant rows that the database would refuse. */
export const loosen = `
  do $$
  declare c record;
  begin
    for c in select conrelid::regclass as rel, conname from pg_constraint
      where contype in ('c', 'f') and connamespace::regnamespace::text in (${bookNames.map((book) => `'${book}'`).join(', ')})
    loop execute format('alter table %s drop constraint %I cascade', c.rel, c.conname); end loop;
    drop index wallet.transactions_once_per_order, cart.claims_one_live_per_user, products.stock_movements_once;
    alter table wallet.entries disable trigger all;
    alter table wallet.transactions disable trigger all;
    alter table backoffice.audit_trail disable trigger all;
  end $$`;
