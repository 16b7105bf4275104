import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEmptyDatabase, testDatabaseUrl, type TestDatabase } from '../platform/testing/database.ts';
import { audit, violationsOf } from './audit.ts';
import type { BookUrls } from './book.ts';
import type { Finding } from './finding.ts';
import { ids, loosen, migrateAll, soundWorld } from './testing/world.ts';
import type { OpenWorkflow, WorkflowsView } from './workflow-checks.ts';

let template: TestDatabase;
let admin: postgres.Sql;
const everything = new Set<string>();

beforeAll(async () => {
  template = await createEmptyDatabase('audit');
  await migrateAll(template.url);
  const sql = postgres(template.url, { max: 1, onnotice: () => undefined });
  await sql.unsafe(soundWorld);
  await sql.unsafe(loosen);
  await sql.end();
  admin = postgres(testDatabaseUrl(), { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await admin.end();
  await template.close();
});

const urlsOf = (url: string): BookUrls => ({ orders: url, wallet: url, products: url, cart: url, backoffice: url });
const allOpen: WorkflowsView = { checkout: async () => 'open', openFor: none };
async function* none(): AsyncGenerator<readonly OpenWorkflow[]> {}

let copies = 0;

/** Copies the sound world, runs the SQL of `plant` in the copy and audits it. */
async function findingsAfter(plant: string, workflows: WorkflowsView = allOpen): Promise<Finding[]> {
  const name = `${new URL(template.url).pathname.slice(1)}_${++copies}`;
  await admin.unsafe(`create database ${name} template ${new URL(template.url).pathname.slice(1)}`);
  const url = new URL(template.url);
  url.pathname = `/${name}`;
  try {
    const sql = postgres(url.href, { max: 1, onnotice: () => undefined });
    await sql.unsafe(plant);
    await sql.end();
    return await audit({ urls: urlsOf(url.href), settledSeconds: 120, workflows });
  } finally {
    await admin.unsafe(`drop database ${name} with (force)`);
  }
}

const broken = (findings: readonly Finding[]): string[] =>
  findings.filter(({ count }) => count > 0).map(({ id }) => id);

test('in a sound world every invariant holds and nothing is late', async () => {
  const findings = await findingsAfter('');
  for (const { id } of findings) everything.add(id);
  expect(findings.filter(({ count }) => count > 0)).toEqual([]);
  expect(everything.size).toBe(findings.length);
});

const { user, wallet, product, completed, failed, refunded, pending, cancelled, unstarted, unknown } = ids;
const { credit, debit, refund } = ids;
const minutes = (count: number): string => `now() - interval '${count} minutes'`;

// The id of a check, and the SQL that makes the check report something.
const plants: readonly (readonly [string, string, ...string[]])[] = [
  ['ledger_entries_sum_to_zero', `update wallet.entries set amount_minor = amount_minor + 1 where account = 'sales'`],
  ['ledger_transactions_have_two_ends', `delete from wallet.entries where account = 'funding'`],
  ['wallet_balance_is_sum_of_entries', `update wallet.wallets set balance_minor = 801`],
  ['wallet_held_is_sum_of_holds', `update wallet.wallets set held_minor = 199`],
  ['wallet_held_within_balance', `update wallet.wallets set held_minor = 900`],
  [
    'hold_captured_once',
    `insert into wallet.transactions (id, type, wallet_id, order_id, created_at)
       values ('${unknown}', 'CAPTURE', '${wallet}', '${completed}', now())`,
  ],
  ['refund_was_captured', `update wallet.refunds set amount_minor = 201`],
  ['refund_has_one_transaction', `delete from wallet.refunds`],
  ['capture_has_hold', `delete from wallet.holds where order_id = '${completed}'`],
  ['ledger_running_balance', `update wallet.entries set balance_after_minor = 799 where balance_after_minor = 800`],
  ['hold_outlived_expiry', `update wallet.holds set expires_at = ${minutes(3)} where state = 'HELD'`],
  ['stock_reserved_is_sum_of_reservations', `update products.products set reserved = 3`],
  ['stock_on_hand_is_sum_of_movements', `update products.products set on_hand = 9`],
  ['stock_reserved_within_on_hand', `update products.products set reserved = 9`],
  [
    'stock_order_took_what_it_reserved',
    `insert into products.stock_movements (product_id, kind, delta, order_id)
       values ('${product}', 'commit', -2, '${completed}')`,
  ],
  [
    'catalog_change_waits_for_trail',
    `insert into products.catalog_changes (id, actor_id, client_network, user_agent, action, subject, due_at)
     values (gen_random_uuid(), gen_random_uuid(), '', '', 'product.update', 'a product', ${minutes(61)})`,
  ],
  ['reservation_outlived_expiry', `update products.reservations set expires_at = ${minutes(3)} where state = 'ACTIVE'`],
  ['cart_one_live_claim', `update cart.claims set state = 'CLAIMED' where order_id = '${failed}'`],
  ['claim_has_lines', `delete from cart.claim_lines`],
  ['claim_of_known_version', `update cart.claims set cart_version = 4`],
  [
    'cart_lines_and_currency',
    `insert into cart.cart_items values ('${user}', '${unknown}', 1, 'Another', 100, 'EUR', 3)`,
  ],
  ['cart_line_of_known_version', `update cart.cart_items set position = 4`],
  ['order_total_is_sum_of_lines', `update orders.order_items set quantity = 3 where order_id = '${completed}'`],
  ['order_status_is_last_of_history', `update orders.orders set status = 'PENDING' where id = '${failed}'`],
  ['order_ended_once', `insert into orders.order_status_changes values ('${failed}', 'COMPLETED', now(), 'test')`],
  ['order_end_has_one_event', `delete from orders.outbox where aggregate_id = '${failed}'`],
  [
    'event_tells_what_happened',
    `update orders.outbox set type = 'ecommerce.order.v1.OrderCompleted' where aggregate_id = '${failed}'`,
  ],
  [
    'outbox_published_in_time',
    `update orders.outbox set published_at = null, occurred_at = ${minutes(2)} where aggregate_id = '${failed}'`,
  ],
  ['outbox_published_in_time', `update orders.outbox set published_at = null, dead = true, occurred_at = now()`],
  ['completed_means_paid_and_sold', `delete from wallet.holds where order_id = '${completed}'`],
  ['completed_means_paid_and_sold', `delete from products.reservations where order_id = '${completed}'`],
  [
    'completed_means_paid_and_sold',
    `update orders.orders set next_refund_at = now() where id = '${completed}';
     update products.reservations set restocked_at = now() where order_id = '${completed}'`,
  ],
  ['cancelled_after_completion_means_refunded', `delete from wallet.holds where order_id = '${refunded}'`],
  ['cancelled_after_completion_means_refunded', `update products.reservations set restocked_at = null`],
  ['taken_is_what_order_costs', `update wallet.holds set amount_minor = 100 where state = 'CAPTURED'`],
  ['taken_is_what_order_costs', `update wallet.holds set currency_code = 'EUR' where state = 'CAPTURED'`],
  ['taken_is_what_order_costs', `update products.reservation_lines set quantity = 1 where order_id = '${completed}'`],
  ['ended_order_holds_nothing', `update wallet.holds set state = 'HELD' where order_id = '${failed}'`],
  ['ended_order_holds_nothing', `update products.reservations set state = 'ACTIVE' where order_id = '${cancelled}'`],
  ['nothing_taken_for_unknown_order', `delete from orders.orders where id = '${completed}'`],
  [
    'nothing_taken_for_unknown_order',
    `insert into products.reservations (order_id, state, expires_at) values ('${unknown}', 'COMMITTED', now())`,
  ],
  ['claim_outlived_order', `update cart.claims set state = 'CLAIMED' where order_id = '${completed}'`],
  ['published_event_was_heard', `delete from cart.inbox`],
  ['trail_done_has_answer', `update backoffice.audit_trail set answer = null where id = '${credit}'`],
  ['trail_says_what', `update backoffice.audit_trail set order_id = null where id = '${refund}'`],
  [
    'trail_refunds_once',
    `insert into backoffice.audit_trail
       (id, actor_id, action, user_id, order_id, actor_role, reason, request_id, outcome, answer, ended_at, next_try_at)
     select gen_random_uuid(), actor_id, action, user_id, order_id, actor_role, reason, gen_random_uuid(), outcome, answer,
       ended_at, next_try_at
     from backoffice.audit_trail where id = '${refund}'`,
  ],
  ['trail_credit_has_movement', `delete from wallet.transactions where id = '${credit}'`],
  ['trail_credit_has_movement', `update wallet.entries set currency_code = 'EUR' where transaction_id = '${debit}'`],
  ['trail_credit_has_movement', `update backoffice.audit_trail set amount_minor = 51 where id = '${credit}'`],
  ['movement_has_trail_entry', `delete from backoffice.audit_trail where id = '${debit}'`],
  ['movement_has_trail_entry', `update backoffice.audit_trail set user_id = '${unknown}' where id = '${credit}'`],
  ['movement_has_trail_entry', `update backoffice.audit_trail set outcome = 'REFUSED' where id = '${credit}'`],
  ['trail_refund_has_refunded_order', `update orders.orders set status = 'COMPLETED' where id = '${refunded}'`],
  [
    'trail_refund_has_refunded_order',
    `update backoffice.audit_trail set order_id = '${cancelled}' where id = '${refund}'`,
  ],
  ['change_late', `update backoffice.audit_trail set outcome = 'OPEN', created_at = ${minutes(6)}`],
  [
    'forward_step_late',
    `update orders.orders set create_time = ${minutes(6)} where id = '${pending}';
     update wallet.holds set state = 'CAPTURED' where order_id = '${pending}'`,
  ],
  ['checkout_late', `update orders.orders set create_time = ${minutes(6)} where id = '${pending}'`],
  ['checkout_start_late', `update orders.orders set create_time = ${minutes(2)} where id = '${unstarted}'`],
  [
    'refund_late',
    `update orders.orders set status = 'COMPLETED', next_refund_at = now() where id = '${refunded}';
     update wallet.refunds set created_at = ${minutes(6)}`,
  ],
];

const closed = (secondsAgo: number): WorkflowsView => ({
  ...allOpen,
  checkout: async () => ({ closedAt: new Date(Date.now() - 1000 * secondsAgo) }),
});
const openOne = (orderId: string, minutesAgo: number): WorkflowsView => ({
  ...allOpen,
  async *openFor() {
    yield [{ orderId, type: 'checkout', startedAt: new Date(Date.now() - 60_000 * minutesAgo) }];
  },
});
const workflowPlants: readonly (readonly [string, WorkflowsView])[] = [
  ['pending_order_has_workflow', closed(180)],
  ['pending_order_has_workflow', { ...allOpen, checkout: async () => 'unknown' }],
  ['workflow_has_order', openOne(unknown, 3)],
  ['workflow_late', openOne(pending, 6)],
];

describe('the audit reports a planted error of the data', () => {
  test.each(plants)('%s', async (id, plant) => {
    const findings = await findingsAfter(plant);
    expect(broken(findings)).toContain(id);
    expect(findings.find((finding) => finding.id === id)?.rows).not.toEqual([]);
  });

  test.each(workflowPlants)('%s', async (id, workflows) => {
    // Other tests may have taken long, so the unstarted order is made new again. Otherwise it would be late.
    const justNow = `update orders.orders set create_time = now() where id = '${unstarted}'`;
    expect(broken(await findingsAfter(justNow, workflows))).toEqual([id]);
  });

  test('for every check', () => {
    const planted = new Set([...plants, ...workflowPlants].map(([id]) => id));
    expect([...everything].filter((id) => !planted.has(id))).toEqual([]);
  });
});

test('an unfinished refund and a workflow that has just closed are not reported', async () => {
  const halfRefunded = `
    update backoffice.audit_trail set outcome = 'OPEN', answer = null, ended_at = null where id = '${refund}';
    update orders.orders set status = 'COMPLETED', next_refund_at = now() where id = '${refunded}';
    update products.reservations set restocked_at = null where order_id = '${refunded}';
    delete from products.stock_movements where kind = 'restock';
    update products.products set on_hand = on_hand - 2;
    delete from orders.order_status_changes where status = 'CANCELLED' and order_id = '${refunded}';
    delete from orders.outbox where type like '%Cancelled' and aggregate_id = '${refunded}'`;
  expect(violationsOf(await findingsAfter(halfRefunded, closed(60)))).toEqual([]);
});

test('events of long ago that have just been resent are not reported, and those that wait since then are', async () => {
  const resent = (since: string) =>
    `update orders.outbox set published_at = null, occurred_at = ${minutes(9000)}, waiting_since = ${since}`;
  expect(broken(await findingsAfter(resent('now()')))).not.toContain('outbox_published_in_time');
  expect(broken(await findingsAfter(resent(minutes(2))))).toContain('outbox_published_in_time');
});

test('a change that is open, and one that was just done, are not reported', async () => {
  const open = `
    update backoffice.audit_trail set outcome = 'OPEN', answer = null, ended_at = null where id = '${credit}';
    update backoffice.audit_trail set ended_at = now() where id = '${refund}';
    update backoffice.audit_trail set order_id = '${pending}' where id = '${refund}'`;
  expect(violationsOf(await findingsAfter(open))).toEqual([]);
});

test('refunded money and restocked goods of an unknown order are not reported', async () => {
  const findings = await findingsAfter(`delete from orders.orders where id = '${refunded}'`);
  expect(broken(findings)).not.toContain('nothing_taken_for_unknown_order');
});
