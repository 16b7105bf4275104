import type { Sent } from '../../../platform/testing/statements.ts';

interface Exception {
  /** Of the name, or of the text. */
  readonly statement: RegExp;
  readonly reads: readonly string[];
  readonly because: string;
}

const exceptions: readonly Exception[] = [
  {
    statement: /^select count\(\*\) from (\w+\.__drizzle_migrations)$/,
    reads: ['backoffice', 'cart', 'orders', 'products', 'sso', 'wallet'].map(
      (schema) => `${schema}.__drizzle_migrations`,
    ),
    because: 'a process counts the migrations when it starts',
  },
  {
    statement: /^select "id" from "sso"\."users" where 'admin' = any/,
    reads: ['users_admins', 'sso.users'],
    because: 'administrators are few; the test has multiplied them',
  },
  {
    statement: /^select "sku" from "products"\."products"/,
    reads: ['products_sku_live'],
    because: 'the seed compares its list with the catalog, once',
  },
  {
    statement: /"products"\."currency_code" = \$\d.* order by "products"\."products"\."price_minor"/,
    reads: ['products_by_price'],
    because: 'a catalog has few currencies, so few products on the way are dropped',
  },
  {
    statement: /"products"\."on_hand" > "products"\."products"\."reserved"/,
    reads: ['products_by_time'],
    because: 'most products are in stock; an index on stock would be written at each sale',
  },
  {
    statement: /^select count\(\*\) as count from "cart"\."claims" where state = 'CLAIMED' and expires_at < now\(\)/,
    reads: ['claims_by_expiry', 'claims_one_live_per_user'],
    because: 'a metric counts the claims that are overdue, and reads no others',
  },
  {
    statement: /^orders\.lease_unstarted$/,
    reads: ['orders_by_status'],
    because: 'on its way to the oldest unstarted order it may read the started ones, which are those under way',
  },
  {
    statement: /^products\.categories$/,
    reads: ['products_by_category'],
    because: 'the answer is kept for a second',
  },
  {
    statement: /^orders\.waiting$/,
    reads: ['orders_unstarted', 'orders_unstarted_due', 'orders_stalled', 'orders_refunds', 'orders_by_status'],
    because: 'a metric counts the orders that wait, and reads no others',
  },
  {
    statement: /^orders\.outbox\.claim$/,
    reads: ['outbox_waiting'],
    because:
      'the events that it drops are leased or pause after a failure, which lasts seconds; the test gives them an hour',
  },
  {
    statement: /^select count\(\*\), \(select count\(\*\) from "orders"\."outbox" where \("orders"\."outbox"\."dead"/,
    reads: ['outbox_waiting', 'outbox_dead', 'orders.outbox'],
    because: 'a metric counts the events that wait and the dead ones, and reads no others',
  },
  {
    statement: /^\s*select (?:published_at::text as at|max\(published_at\)::text as published)/,
    reads: ['outbox_published'],
    because: 'an operator resends events, and it passes over those that were resent since the newest one',
  },
  {
    statement:
      /"orders"\."outbox" where \("orders"\."outbox"\."dead" and case|^update "orders"\."outbox" .* where "orders"\."outbox"\."dead" returning/,
    reads: ['outbox_dead'],
    because: 'an operator lists or repeats all dead events',
  },
  {
    statement: /"backoffice"\."(?:audit_trail|operations)" where \(?"backoffice"\."\w+"\."action" = \$1/,
    reads: ['audit_trail_in_order', 'operations_in_order'],
    because: 'Postgres knows how rare an action is when it plans for its value, as it does for an administrator’s list',
  },
];

/** A statement, and what it reads without a bound. */
export interface Finding {
  readonly statement: Sent;
  readonly read: string;
}

const covers = ({ statement, reads }: Exception, { statement: { name, text }, read }: Finding) =>
  reads.includes(read) && (statement.test(name) || statement.test(text));

/** The findings that no exception allows: what each statement reads, and when it does. */
export function notAllowed(
  found: Readonly<Record<string, readonly Finding[]>>,
): Readonly<Record<string, readonly string[]>> {
  const faults = Object.entries(found).flatMap(([when, findings]) =>
    findings
      .filter((finding) => !exceptions.some((exception) => covers(exception, finding)))
      .map(({ statement: { name, text }, read }) => ({ statement: `${name}: ${text}`, read: `${read}, ${when}` })),
  );
  const byStatement = Map.groupBy(faults, ({ statement }) => statement);
  return Object.fromEntries([...byStatement].map(([key, each]) => [key, [...new Set(each.map(({ read }) => read))]]));
}

/** The reasons of exceptions that nothing needs any more. */
export function unneeded(findings: readonly Finding[]): readonly string[] {
  return exceptions
    .filter((exception) => !findings.some((finding) => covers(exception, finding)))
    .map(({ because }) => because);
}
