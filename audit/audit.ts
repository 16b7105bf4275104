import { cartInvariants } from '../services/cart/invariants.ts';
import { orderInvariants } from '../services/order/invariants.ts';
import type { Invariant } from '../platform/data/invariant.ts';
import { productsInvariants } from '../services/products/invariants.ts';
import { walletInvariants } from '../services/wallet/invariants.ts';
import { withBooks, type Book, type BookName, type Books, type BookUrls, type Row } from './book.ts';
import { crossChecks } from './cross-checks.ts';
import { eventChecks } from './event-checks.ts';
import { Tally, type Finding } from './finding.ts';
import { lateChecks } from './late-checks.ts';
import { workflowChecks, type WorkflowsView } from './workflow-checks.ts';

export interface AuditOptions {
  readonly urls: BookUrls;
  /** Across services, only orders that ended at least so long ago are looked at. */
  readonly settledSeconds: number;
  /** Left out, orders are not checked against workflows. */
  readonly workflows?: WorkflowsView | undefined;
}

/** What each service promises of its own rows, in the order in which findings are shown. */
const ownInvariants: Readonly<Record<BookName, readonly Invariant[]>> = {
  wallet: walletInvariants,
  products: productsInvariants,
  orders: orderInvariants,
  cart: cartInvariants,
};

/**
 * Checks every promise about money, stock, carts, orders, events and workflows; changes nothing. Each is one finding,
 * with a count of 0 if it holds.
 * @throws when a database or Temporal does not answer: what can't be looked at is not sound
 */
export function audit({ urls, settledSeconds, workflows }: AuditOptions): Promise<Finding[]> {
  return withBooks(urls, async (books) => [
    ...(await ownChecks(books)),
    ...(await crossChecks(books, settledSeconds)),
    ...(await eventChecks(books)),
    ...(await lateChecks(books)),
    ...(workflows === undefined ? [] : await workflowChecks(books, workflows, settledSeconds)),
  ]);
}

export function violationsOf(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ kind, count }) => kind === 'violation' && count > 0);
}

async function ownChecks(books: Books): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, invariants] of Object.entries(ownInvariants) as [BookName, readonly Invariant[]][]) {
    findings.push(...(await hold(books[name], invariants)));
  }
  return findings;
}

async function hold(book: Book, invariants: readonly Invariant[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id, name, violations } of invariants) {
    const tally = new Tally(id, name);
    for await (const batch of book.batches<Row>(violations)) tally.add(...batch);
    findings.push(tally.finding());
  }
  return findings;
}
