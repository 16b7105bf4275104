import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWalletSuite, holdInput, reasonOf, usd, type WalletSuite } from '../testing/suite.ts';
import { captureHold } from './capture.ts';
import { holdFunds } from './hold.ts';
import { listTransactions, type ListTransactionsInput } from './list-transactions.ts';
import { refundCapture } from './refund.ts';
import { topUpWallet } from './top-up.ts';
import type { Wallet } from './types.ts';

let suite: WalletSuite;
beforeAll(async () => {
  suite = await createWalletSuite();
});
afterAll(() => suite.database.close());

const list = ({ userId }: Wallet, overrides: Partial<ListTransactionsInput> = {}) =>
  listTransactions(suite.deps, {
    userId,
    pageSize: 0,
    pageToken: '',
    type: undefined,
    orderId: undefined,
    ...overrides,
  });

async function walletWithOrder() {
  const wallet = await suite.fundedWallet(1000n);
  const input = holdInput(wallet, 300n);
  await holdFunds(suite.deps, input);
  await captureHold(suite.deps, input);
  await refundCapture(suite.deps, input);
  return { wallet, orderId: input.orderId };
}

describe('transactions', () => {
  it('come newest first with the running balance; a hold is not a transaction', async () => {
    const { wallet, orderId } = await walletWithOrder();
    await holdFunds(suite.deps, holdInput(wallet, 10n));
    const { transactions, nextPageToken } = await list(wallet);
    expect(nextPageToken).toBe('');
    expect(transactions).toMatchObject([
      { type: 'REFUND', amount: usd(300n), balanceAfterMinor: 1000n, orderId },
      { type: 'CAPTURE', amount: usd(-300n), balanceAfterMinor: 700n, orderId },
      { type: 'TOP_UP', amount: usd(1000n), balanceAfterMinor: 1000n, orderId: undefined },
    ]);
  });

  it('can be filtered by type or order, and are never those of another user', async () => {
    const { wallet, orderId } = await walletWithOrder();
    const other = await suite.fundedWallet(5n);
    expect((await list(wallet, { type: 'CAPTURE' })).transactions).toMatchObject([{ type: 'CAPTURE' }]);
    expect((await list(wallet, { orderId })).transactions).toHaveLength(2);
    expect((await list(wallet, { orderId: randomUUID() })).transactions).toEqual([]);
    expect((await list(other, { orderId })).transactions).toEqual([]);
  });

  it('are each on exactly one page, although new ones come meanwhile', async () => {
    const wallet = await suite.fundedWallet(1n);
    const { userId } = wallet;
    const add = () => topUpWallet(suite.deps, { userId, requestId: randomUUID(), amount: usd(1n) });
    for (let count = 0; count < 6; count++) await add();
    const seen: bigint[] = [];
    let pageToken = '';
    do {
      const page = await list(wallet, { pageSize: 3, pageToken });
      seen.push(...page.transactions.map(({ balanceAfterMinor }) => balanceAfterMinor));
      pageToken = page.nextPageToken;
      await add();
    } while (pageToken !== '');
    expect(seen).toEqual([7n, 6n, 5n, 4n, 3n, 2n, 1n]);
  });

  it('are each on exactly one page, although others write all the time', async () => {
    const wallet = await suite.fundedWallet(1n);
    const { userId } = wallet;
    const add = () => topUpWallet(suite.deps, { userId, requestId: randomUUID(), amount: usd(1n) });
    for (let count = 0; count < 11; count++) await add();
    const walk = { over: false };
    const writers = Array.from({ length: 3 }, async () => {
      while (!walk.over) await add();
    });
    const seen: bigint[] = [];
    let pageToken = '';
    do {
      const page = await list(wallet, { pageSize: 2, pageToken });
      seen.push(...page.transactions.map(({ balanceAfterMinor }) => balanceAfterMinor));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    walk.over = true;
    await Promise.all(writers);
    // Each movement adds one, so the balances show a transaction that a page skipped or repeated.
    expect(seen.length).toBeGreaterThanOrEqual(12);
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => BigInt(seen.length - index)));
  });

  it('refuse a page token that is invalid or of other filters', async () => {
    const { wallet } = await walletWithOrder();
    const { nextPageToken } = await list(wallet, { pageSize: 1 });
    expect(nextPageToken).not.toBe('');
    const [print] = JSON.parse(Buffer.from(nextPageToken, 'base64url').toString()) as [string];
    const at = (sequence: string) => Buffer.from(JSON.stringify([print, sequence])).toString('base64url');
    expect((await list(wallet, { pageToken: at('9223372036854775807') })).transactions).toHaveLength(3);
    const [forged, huge] = [at('99999999999999999999'), at('9223372036854775808')];
    for (const pageToken of ['x', 'bnVsbA', forged, huge, `${nextPageToken}AA`]) {
      expect(await reasonOf(list(wallet, { pageToken })), pageToken).toBe('PAGE_TOKEN_INVALID');
    }
    expect(await reasonOf(list(wallet, { pageToken: nextPageToken, type: 'REFUND' }))).toBe('PAGE_TOKEN_INVALID');
  });
});
