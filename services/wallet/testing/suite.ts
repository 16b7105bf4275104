import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Money } from '../../../proto/money.ts';
import { findDeadlocksSoon } from '../../../platform/testing/contention.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { expectInvariants } from '../../../platform/testing/invariants.ts';
import { createWallet } from '../domain/create-wallet.ts';
import type { WalletDeps } from '../domain/deps.ts';
import { holdFunds, type HoldInput } from '../domain/hold.ts';
import { topUpWallet } from '../domain/top-up.ts';
import type { Wallet } from '../domain/types.ts';
import { walletInvariants } from '../invariants.ts';
import { createWalletMetrics } from '../metrics.ts';
import { createWalletRepository } from '../repository/index.ts';
import { holds } from '../schema.ts';

export { patiently } from '../../../platform/testing/contention.ts';
export { reasonOf } from '../../../platform/testing/refusal.ts';

/** The wallet's verbs on a new database. */
export interface WalletSuite {
  readonly database: TestDatabase;
  readonly deps: WalletDeps;
  /** A new user's wallet in USD with this balance, in minor units. */
  readonly fundedWallet: (balanceMinor: bigint) => Promise<Wallet>;
  readonly walletOf: (wallet: Wallet) => Promise<Wallet>;
  /** A new user's wallet with this balance, and a hold of this amount for a new order. */
  readonly held: (balanceMinor: bigint, amountMinor: bigint) => Promise<{ wallet: Wallet; orderId: string }>;
  /** Moves the hold's deadline into the past; for `expiry` also its expiry. */
  readonly pass: (orderId: string, what: 'deadline' | 'expiry') => Promise<void>;
  readonly expectInvariants: () => Promise<void>;
}

export async function createWalletSuite(): Promise<WalletSuite> {
  const database = await createTestDatabase('wallet', 'wallet');
  const { db } = database;
  await findDeadlocksSoon(database);
  const deps: WalletDeps = {
    repository: createWalletRepository(db),
    metrics: createWalletMetrics(new Registry()),
    freeTopUp: true,
  };
  const fundedWallet = async (balanceMinor: bigint): Promise<Wallet> => {
    const userId = randomUUID();
    const wallet = await createWallet(deps, { userId, currencyCode: 'USD' });
    if (balanceMinor === 0n) return wallet;
    const topped = await topUpWallet(deps, { userId, requestId: randomUUID(), amount: usd(balanceMinor) });
    return topped.wallet;
  };
  return {
    database,
    deps,
    fundedWallet,
    held: async (balanceMinor, amountMinor) => {
      const wallet = await fundedWallet(balanceMinor);
      const input = holdInput(wallet, amountMinor);
      await holdFunds(deps, input);
      return { wallet, orderId: input.orderId };
    },
    walletOf: async ({ userId }) => {
      const found = await deps.repository.findWalletOf(userId);
      if (found === undefined) throw new Error('the wallet is gone');
      return found;
    },
    pass: async (orderId, what) => {
      const past = sql`statement_timestamp() - interval '1 second'`;
      const notAfterExpiry = sql`least(${past}, ${holds.expiresAt})`;
      await db
        .update(holds)
        .set(what === 'expiry' ? { captureDeadline: past, expiresAt: past } : { captureDeadline: notAfterExpiry })
        .where(and(eq(holds.orderId, orderId), isNotNull(holds.walletId)));
    },
    expectInvariants: () => expectInvariants(db, walletInvariants),
  };
}

/** A suite for a test file: made before its tests, closed after them. After every test the invariants must hold. */
export function useWalletSuite(): () => WalletSuite {
  let suite: WalletSuite | undefined;
  const made = (): WalletSuite => {
    if (suite === undefined) throw new Error('the suite is made before the tests');
    return suite;
  };
  beforeAll(async () => {
    suite = await createWalletSuite();
  });
  afterEach(() => made().expectInvariants());
  afterAll(() => made().database.close());
  return made;
}

export function usd(minorUnits: bigint): Money {
  return { currencyCode: 'USD', minorUnits };
}

/** A hold of a new order, which expires after 900 s and can be captured for 600 s. */
export function holdInput(wallet: Wallet, amountMinor: bigint, overrides: Partial<HoldInput> = {}): HoldInput {
  return {
    orderId: randomUUID(),
    userId: wallet.userId,
    amount: { currencyCode: wallet.currencyCode, minorUnits: amountMinor },
    ttlSeconds: 900,
    captureDeadline: new Date(Date.now() + 600_000),
    ...overrides,
  };
}
