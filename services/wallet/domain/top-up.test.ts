import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { patiently, reasonOf, usd, useWalletSuite } from '../testing/suite.ts';
import { getWallet } from './get-wallet.ts';
import { maxBalanceMinor, topUpWallet } from './top-up.ts';

const suite = useWalletSuite();

describe('top-up', () => {
  it('answers the wallet after the top-up, and the transaction', async () => {
    const { userId } = await suite().fundedWallet(100n);
    const { wallet, transaction } = await topUpWallet(suite().deps, {
      userId,
      requestId: randomUUID(),
      amount: usd(250n),
    });
    expect(wallet).toMatchObject({ balanceMinor: 350n, heldMinor: 0n });
    expect(transaction).toMatchObject({ type: 'TOP_UP', amount: usd(250n), balanceAfterMinor: 350n });
  });

  it('books once for each request id, and a repeat gets the first answer although the wallet has changed', async () => {
    const wallet = await suite().fundedWallet(0n);
    const input = { userId: wallet.userId, requestId: randomUUID(), amount: usd(250n) };
    const first = await topUpWallet(suite().deps, input);
    await topUpWallet(suite().deps, { ...input, requestId: randomUUID() });
    expect(await topUpWallet(suite().deps, input)).toEqual(first);
    expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 500n });
  });

  it('books once when the same request comes many times at the same time', async () => {
    const wallet = await suite().fundedWallet(0n);
    const input = { userId: wallet.userId, requestId: randomUUID(), amount: usd(250n) };
    const answers = await Promise.all(Array.from({ length: 10 }, () => topUpWallet(suite().deps, input)));
    expect(answers).toEqual(answers.map(() => answers[0]));
    expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 250n });
  });

  it('loses none of many top-ups at the same time', async () => {
    const wallet = await suite().fundedWallet(0n);
    const { userId } = wallet;
    const add = () => topUpWallet(suite().deps, { userId, requestId: randomUUID(), amount: usd(7n) });
    await Promise.all(Array.from({ length: 30 }, () => patiently(add)));
    expect(await suite().walletOf(wallet)).toMatchObject({ balanceMinor: 210n });
  });

  it('refuses a used request id with another amount', async () => {
    const { userId } = await suite().fundedWallet(0n);
    const input = { userId, requestId: randomUUID(), amount: usd(250n) };
    await topUpWallet(suite().deps, input);
    expect(await reasonOf(topUpWallet(suite().deps, { ...input, amount: usd(251n) }))).toBe('REQUEST_ID_REUSED');
  });

  it('shows a wallet in a withdrawn currency and repeats its answers, but takes no more of that money', async () => {
    const { userId, walletId } = await suite().fundedWallet(0n);
    const withdrawn = { currencyCode: 'BGN', minorUnits: 250n };
    const input = { userId, requestId: randomUUID(), amount: usd(250n) };
    await topUpWallet(suite().deps, input);
    await suite().database.db.execute(sql`update wallet.wallets set currency_code = 'BGN' where id = ${walletId}`);
    expect(await getWallet(suite().deps, { userId })).toMatchObject({ currencyCode: 'BGN', balanceMinor: 250n });
    expect((await topUpWallet(suite().deps, input)).transaction.amount).toEqual(usd(250n));
    const more = topUpWallet(suite().deps, { ...input, requestId: randomUUID(), amount: withdrawn });
    await expect(more).rejects.toMatchObject({ violations: [{ field: 'amount.currency_code' }] });
  });

  it('refuses another currency, a user without a wallet, and more than a wallet may have', async () => {
    const wallet = await suite().fundedWallet(0n);
    const { userId } = wallet;
    const by = (user: string, amount: { currencyCode: string; minorUnits: bigint }) =>
      reasonOf(topUpWallet(suite().deps, { userId: user, requestId: randomUUID(), amount }));
    expect(await by(userId, { currencyCode: 'EUR', minorUnits: 1n })).toBe('CURRENCY_MISMATCH');
    expect(await by(userId, { currencyCode: 'UDS', minorUnits: 1n })).toBe('INVALID_CURRENCY');
    expect(await by(randomUUID(), usd(1n))).toBe('WALLET_NOT_FOUND');
    expect(await by(userId, usd(maxBalanceMinor + 1n))).toBe('TOP_UP_LIMIT_EXCEEDED');
    expect(await by(userId, usd(maxBalanceMinor))).toBeUndefined();
    expect(await by(userId, usd(1n))).toBe('TOP_UP_LIMIT_EXCEEDED');
  });
});

describe('the ledger', () => {
  const insertTransaction = (id: string, walletId: string) => sql`
    insert into wallet.transactions (id, type, wallet_id, created_at) values (${id}, 'TOP_UP', ${walletId}, now())`;

  it('refuses a transaction whose entries do not sum to zero, by a trigger', async () => {
    const { walletId } = await suite().fundedWallet(0n);
    const id = randomUUID();
    const call = suite().database.db.transaction(async (tx) => {
      await tx.execute(insertTransaction(id, walletId));
      await tx.execute(sql`
        insert into wallet.entries (transaction_id, line, account, amount_minor, currency_code, balance_after_minor)
        values (${id}, 1, ${`wallet:${walletId}`}, 5, 'USD', 5), (${id}, 2, 'system:funding:USD', -4, 'USD', null)`);
    });
    expect(await reasonOf(call)).toMatchObject({ cause: { message: expect.stringContaining('do not sum to zero') } });
  });

  it('refuses changes and deletions', async () => {
    await suite().fundedWallet(100n);
    const change = suite().database.db.execute(sql`update wallet.entries set amount_minor = 1`);
    await expect(change).rejects.toMatchObject({ cause: { message: 'entries is append-only' } });
    const removal = suite().database.db.execute(sql`delete from wallet.transactions`);
    await expect(removal).rejects.toMatchObject({ cause: { message: 'transactions is append-only' } });
  });
});
