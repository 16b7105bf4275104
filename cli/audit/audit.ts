import postgres, { type Sql } from 'postgres';
import { cartInvariants } from '../../services/cart/invariants.ts';
import { orderInvariants } from '../../services/order/invariants.ts';
import type { Invariant } from '../../services/platform/audit/invariant.ts';
import { productsInvariants } from '../../services/products/invariants.ts';
import { walletInvariants } from '../../services/wallet/invariants.ts';
import { crossChecks } from './cross-checks.ts';
import { eventChecks } from './event-checks.ts';

export type Violation = Readonly<Record<string, unknown>>;

export interface Finding {
  /** The promise that was checked. */
  readonly invariant: string;
  /** What breaks it; at most 20 are shown. */
  readonly violations: readonly Violation[];
}

export interface Books {
  readonly orders: Sql;
  readonly wallet: Sql;
  readonly products: Sql;
  readonly cart: Sql;
}

const shown = 20;

/**
 * Checks every invariant: those of one service in one snapshot of its database, those across services on orders that
 * ended at least `settledSeconds` ago, because no snapshot spans databases.
 * @param env DATABASE_URL, or `<SERVICE>_DATABASE_URL` where a service has its own.
 */
export async function audit(env: Readonly<NodeJS.ProcessEnv>, settledSeconds = 0): Promise<Finding[]> {
  const books = {
    orders: open(env, 'ORDER'),
    wallet: open(env, 'WALLET'),
    products: open(env, 'PRODUCTS'),
    cart: open(env, 'CART'),
  };
  try {
    return [
      ...(await inOneSnapshot(books.wallet, walletInvariants)),
      ...(await inOneSnapshot(books.products, productsInvariants)),
      ...(await inOneSnapshot(books.orders, orderInvariants)),
      ...(await inOneSnapshot(books.cart, cartInvariants)),
      ...(await crossChecks(books, settledSeconds)),
      ...(await eventChecks(books)),
    ].map(({ invariant, violations }) => ({ invariant, violations: violations.slice(0, shown) }));
  } finally {
    await Promise.all(Object.values(books).map((book) => book.end({ timeout: 5 })));
  }
}

function open(env: Readonly<NodeJS.ProcessEnv>, service: string): Sql {
  const url = env[`${service}_DATABASE_URL`] ?? env['DATABASE_URL'];
  if (url === undefined) throw new Error('DATABASE_URL is not set: start the platform with `npm run dev`');
  return postgres(url, { max: 1, onnotice: () => undefined });
}

async function inOneSnapshot(book: Sql, invariants: readonly Invariant[]): Promise<Finding[]> {
  const findings = await book.begin('isolation level repeatable read read only', async (snapshot) => {
    const all: Finding[] = [];
    for (const { name, violations } of invariants) {
      all.push({ invariant: name, violations: [...(await snapshot.unsafe<Violation[]>(violations))] });
    }
    return all;
  });
  return findings;
}
