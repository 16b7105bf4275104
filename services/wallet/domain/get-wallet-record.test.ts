import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWalletSuite, holdInput, reasonOf, usd, type WalletSuite } from '../testing/suite.ts';
import { getWalletRecord } from './get-wallet-record.ts';
import { holdFunds } from './hold.ts';
import { topUpWallet } from './top-up.ts';

let suite: WalletSuite;
beforeAll(async () => {
  suite = await createWalletSuite();
});
afterAll(() => suite.database.close());

test('a wallet is told with what is held, and with its last ten transactions', async () => {
  const { userId } = await suite.fundedWallet(1000n);
  for (let count = 1; count <= 10; count++)
    await topUpWallet(suite.deps, { userId, requestId: randomUUID(), amount: usd(BigInt(count)) });
  const { wallet } = await getWalletRecord(suite.deps, { userId });
  await holdFunds(suite.deps, holdInput(wallet, 300n));
  const { wallet: held, transactions } = await getWalletRecord(suite.deps, { userId });
  expect(held).toMatchObject({ userId, balanceMinor: 1055n, heldMinor: 300n });
  expect(transactions.map(({ amount }) => Number(amount.minorUnits))).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
});

test('a user without a wallet has none', async () => {
  expect(await reasonOf(getWalletRecord(suite.deps, { userId: randomUUID() }))).toBe('WALLET_NOT_FOUND');
});
