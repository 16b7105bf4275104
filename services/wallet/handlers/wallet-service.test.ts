import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currencyProblem } from '../../../proto/currencies.ts';
import { AdjustmentService } from '../../../proto/gen/ecommerce/wallet/internal/v1/adjustment_pb.ts';
import { TransactionType, WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { recordStatements } from '../../../platform/testing/statements.ts';
import { readWalletConfig } from '../config.ts';
import { createWalletRpcSuite, holdRequest, type WalletRpcSuite } from '../testing/rpc-suite.ts';
import { reasonOf, usd } from '../testing/suite.ts';

let suite: WalletRpcSuite;
beforeAll(async () => {
  suite = await createWalletRpcSuite();
});
afterAll(() => suite.database.close());

describe('WalletService', () => {
  it('opens one wallet for each user, by default in USD', async () => {
    const { walletOf } = suite;
    const userId = randomUUID();
    expect(await reasonOf(walletOf(userId).getWallet({}))).toBe('WALLET_NOT_FOUND');
    const { wallet } = await walletOf(userId).createWallet({});
    expect(wallet).toMatchObject({ currencyCode: 'USD', balance: usd(0n), held: usd(0n), available: usd(0n) });
    expect(await reasonOf(walletOf(userId).createWallet({ currencyCode: 'EUR' }))).toBe('WALLET_EXISTS');
    const other = await walletOf(randomUUID()).createWallet({ currencyCode: 'EUR' });
    expect(other.wallet?.currencyCode).toBe('EUR');
  });

  it.each(['UDS', 'ZZZ', 'XXX', 'XAU', 'CLF', 'HRK'])('opens no wallet in %s', async (currencyCode) => {
    const { walletOf } = suite;
    const userId = randomUUID();
    const call = walletOf(userId).createWallet({ currencyCode });
    const violations = [{ field: 'currency_code', description: currencyProblem(currencyCode) }];
    await expect(call).rejects.toMatchObject({ reason: 'INVALID_CURRENCY', violations });
    expect(await reasonOf(walletOf(userId).getWallet({}))).toBe('WALLET_NOT_FOUND');
  });

  it('tops up and lists the transaction', async () => {
    const { walletOf, fundedUser } = suite;
    const userId = await fundedUser(2500n);
    const { wallet } = await walletOf(userId).getWallet({});
    expect(wallet).toMatchObject({ balance: usd(2500n), available: usd(2500n) });
    const { transactions } = await walletOf(userId).listTransactions({ type: TransactionType.TOP_UP });
    expect(transactions).toMatchObject([
      { type: TransactionType.TOP_UP, amount: usd(2500n), balanceAfter: usd(2500n), orderId: '' },
    ]);
  });

  it('takes no money for nothing where that is off, and an administrator still can put some in', async () => {
    const { database, rpc, walletOf } = await createWalletRpcSuite({ WALLET_FREE_TOP_UP: 'false' });
    const userId = randomUUID();
    await walletOf(userId).createWallet({});
    const topUp = { amount: usd(1_000_000n), requestId: randomUUID() };
    await expect(walletOf(userId).topUp(topUp)).rejects.toMatchObject({
      ...{ code: 'permission_denied', reason: 'FREE_TOP_UP_DISABLED' },
    });
    expect((await walletOf(userId).getWallet({})).wallet?.balance).toEqual(expect.objectContaining(usd(0n)));
    const adjustments = rpc.connect(AdjustmentService, { as: 'backoffice' });
    await adjustments.credit({ adjustmentId: randomUUID(), userId, amount: usd(5n) });
    const worker = rpc.connect(AdjustmentService, { as: 'worker' });
    const asked = worker.credit({ adjustmentId: randomUUID(), userId, amount: usd(5n) });
    expect(await reasonOf(asked)).toBe('CALLER_NOT_ALLOWED');
    const { transactions } = await walletOf(userId).listTransactions({});
    expect(transactions).toMatchObject([{ type: TransactionType.CREDIT, amount: usd(5n), balanceAfter: usd(5n) }]);
    await database.close();
  });

  it.each([
    [{}, true],
    [{ NODE_ENV: 'production' }, false],
    [{ APP_ENV: 'production' }, false],
    [{ APP_ENV: 'production', WALLET_FREE_TOP_UP: 'true' }, true],
    [{ APP_ENV: 'development', WALLET_FREE_TOP_UP: 'false' }, false],
  ])('with %j free top-ups are %s', (env, freeTopUp) => {
    expect(readWalletConfig(env).freeTopUp).toBe(freeTopUp);
  });

  it('reads a wallet in one statement, and its transactions in two', async () => {
    const { database, walletOf, fundedUser, funds } = suite;
    const userId = await fundedUser(2500n);
    const sent = (call: () => Promise<unknown>) => recordStatements(database, call);
    expect(await sent(() => walletOf(userId).getWallet({}))).toEqual(['wallet.find_of_user']);
    const list = ['wallet.find_of_user', 'wallet.transactions'];
    expect(await sent(() => walletOf(userId).listTransactions({}))).toEqual(list);
    const orderId = randomUUID();
    const listOfOrder = ['wallet.find_of_user', 'wallet.transactions_of_order'];
    expect(await sent(() => walletOf(userId).listTransactions({ orderId }))).toEqual(listOfOrder);
    const hold = holdRequest(userId, 1n);
    expect(await sent(() => funds().hold(hold))).toEqual(['wallet.hold']);
    expect(await sent(() => funds().capture(hold))).toEqual(['wallet.capture']);
  });

  it.each([0n, -1n, 100_000_001n])('refuses a top-up of %s', async (minorUnits) => {
    const { walletOf, fundedUser } = suite;
    const call = walletOf(await fundedUser(1n)).topUp({ amount: usd(minorUnits), requestId: randomUUID() });
    await expect(call).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('may be called by users only', async () => {
    await expect(suite.rpc.connect(WalletService).getWallet({})).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
