import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { createWalletRepository } from '../repository/index.ts';
import { seedWallet } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('wallet', 'wallet');
});
afterAll(() => database.close());

test('parallel and repeated seeds give a customer one wallet with 10,000.00 US dollars', async () => {
  const userId = randomUUID();
  await Promise.all([seedWallet(database.db, userId), seedWallet(database.db, userId)]);
  await seedWallet(database.db, userId);
  const wallet = await createWalletRepository(database.db).findWalletOf(userId);
  expect(wallet).toMatchObject({ currencyCode: 'USD', balanceMinor: 1_000_000n, heldMinor: 0n });
});
