import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { reasonOf, usd, useWalletSuite } from '../testing/suite.ts';
import { adjustWallet, type AdjustInput } from './adjust.ts';
import { listTransactions } from './list-transactions.ts';
import { maxBalanceMinor } from './top-up.ts';

const suite = useWalletSuite();
const input = (userId: string, type: AdjustInput['type'], minorUnits: bigint): AdjustInput => ({
  ...{ type, adjustmentId: randomUUID(), userId, amount: usd(minorUnits) },
});

describe.each(['CREDIT', 'DEBIT'] as const)('a %s', (type) => {
  const sign = type === 'CREDIT' ? 1n : -1n;

  test('moves the money once, also if the same adjustment comes many times at the same time', async () => {
    const { userId } = await suite().fundedWallet(1000n);
    const asked = input(userId, type, 300n);
    const answers = await Promise.all(Array.from({ length: 8 }, () => adjustWallet(suite().deps, asked)));
    expect(new Set(answers.map(({ transaction }) => transaction.transactionId)).size).toBe(1);
    expect(answers[0]?.transaction).toMatchObject({ type, amount: usd(sign * 300n), orderId: undefined });
    expect(answers[0]?.wallet.balanceMinor).toBe(1000n + sign * 300n);
    const all = { userId, pageSize: 0, pageToken: '', type: undefined, orderId: undefined };
    const { transactions } = await listTransactions(suite().deps, all);
    expect(transactions.map((each) => each.type)).toEqual([type, 'TOP_UP']);
    await suite().expectInvariants();
  });

  test('is refused without a wallet and in another currency', async () => {
    const { userId } = await suite().fundedWallet(1000n);
    expect(await reasonOf(adjustWallet(suite().deps, input(randomUUID(), type, 1n)))).toBe('WALLET_NOT_FOUND');
    const euros = { ...input(userId, type, 1n), amount: { currencyCode: 'EUR', minorUnits: 1n } };
    expect(await reasonOf(adjustWallet(suite().deps, euros))).toBe('CURRENCY_MISMATCH');
  });
});

test('a debit does not take what an open checkout has set aside', async () => {
  const { wallet } = await suite().held(1000n, 800n);
  const { userId } = wallet;
  await expect(adjustWallet(suite().deps, input(userId, 'DEBIT', 201n))).rejects.toMatchObject({
    reason: 'INSUFFICIENT_FUNDS',
    metadata: { required: '201', available: '200' },
  });
  expect((await adjustWallet(suite().deps, input(userId, 'DEBIT', 200n))).wallet).toMatchObject({
    ...{ balanceMinor: 800n, heldMinor: 800n },
  });
  await suite().expectInvariants();
});

test('a credit cannot make a wallet hold more than a wallet may', async () => {
  const { userId } = await suite().fundedWallet(1n);
  const asked = input(userId, 'CREDIT', maxBalanceMinor);
  expect(await reasonOf(adjustWallet(suite().deps, asked))).toBe('TOP_UP_LIMIT_EXCEEDED');
});
