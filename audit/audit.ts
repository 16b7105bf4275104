import { AppError } from '../platform/errors/app-error.ts';
import { backofficeInvariants } from '../services/backoffice/invariants.ts';
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
import { trailChecks } from './trail-checks.ts';
import { workflowChecks, type WorkflowsView } from './workflow-checks.ts';

export interface AuditOptions {
  readonly urls: BookUrls;
  /**
   * Checks across services ignore orders that ended less than this ago, because their events may still be under way.
   */
  readonly settledSeconds: number;
  /** Without it, orders are not compared with workflows. */
  readonly workflows?: WorkflowsView | undefined;
  /**
   * Hears why Temporal was not asked to the end, and the findings of the databases are then the answer. Without it the
   * audit throws, because an incomplete audit must not look like a clean one.
   */
  readonly onWorkflowsMissing?: ((error: unknown) => void) | undefined;
}

/** The invariants of each service, in the order in which findings are shown. */
const ownInvariants: Readonly<Record<BookName, readonly Invariant[]>> = {
  wallet: walletInvariants,
  products: productsInvariants,
  orders: orderInvariants,
  cart: cartInvariants,
  backoffice: backofficeInvariants,
};

/**
 * Checks all invariants of money, stock, carts, orders, the audit trail, events and workflows, and looks for what is late. It changes
 * nothing. Each check is one finding; its count is 0 if the check found nothing.
 * @throws if a database does not answer, or Temporal (`onWorkflowsMissing`)
 */
export function audit({ urls, settledSeconds, workflows, onWorkflowsMissing }: AuditOptions): Promise<Finding[]> {
  return withBooks(urls, async (books) => [
    ...(await ownChecks(books)),
    ...(await crossChecks(books, settledSeconds)),
    ...(await trailChecks(books, settledSeconds)),
    ...(await eventChecks(books)),
    ...(await lateChecks(books)),
    ...(workflows === undefined
      ? []
      : await workflowChecks(books, workflows, settledSeconds).catch((error: unknown) => {
          if (onWorkflowsMissing === undefined || !isOfTemporal(error)) throw error;
          onWorkflowsMissing(error);
          return [];
        })),
  ]);
}

/** Whether Temporal gave no answer, or does not have the namespace. */
function isOfTemporal(error: unknown): boolean {
  if (error instanceof Error && error.name === 'NamespaceNotFoundError') return true;
  return error instanceof AppError && error.reason.startsWith('TEMPORAL');
}

export function violationsOf(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ kind, count }) => kind === 'violation' && count > 0);
}

async function ownChecks(books: Books): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, invariants] of Object.entries(ownInvariants) as [BookName, readonly Invariant[]][]) {
    findings.push(...(await check(books[name], invariants)));
  }
  return findings;
}

async function check(book: Book, invariants: readonly Invariant[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id, name, violations } of invariants) {
    const tally = new Tally(id, name);
    for await (const batch of book.batches<Row>(violations)) tally.add(...batch);
    findings.push(tally.finding());
  }
  return findings;
}
