import { randomUUID } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FundsService, HoldState } from '../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { TransactionType, WalletService } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { createTestDatabase, type TestDatabase } from '../../platform/testing/database.ts';
import { createTestRpc, type TestRpc } from '../../platform/testing/rpc.ts';
import { buildWallet } from './app.ts';
import { readWalletConfig } from './config.ts';
import { reasonOf } from './testing/suite.ts';

let database: TestDatabase;
let rpc: TestRpc;
const registry = new Registry();

beforeAll(async () => {
  database = await createTestDatabase('wallet', 'wallet');
  const logger = pino({ level: 'silent' });
  rpc = await createTestRpc([buildWallet({ db: database.db, logger, registry, config: readWalletConfig({}) })]);
});
afterAll(() => database.close());

const walletOf = (userId: string) => rpc.connect(WalletService, { user: { userId } });
const funds = () => rpc.connect(FundsService, { as: 'worker' });
const usd = (minorUnits: bigint) => ({ currencyCode: 'USD', minorUnits });

async function fundedUser(minorUnits: bigint): Promise<string> {
  const userId = randomUUID();
  await walletOf(userId).createWallet({});
  await walletOf(userId).topUp({ amount: usd(minorUnits), requestId: randomUUID() });
  return userId;
}

function holdRequest(userId: string, minorUnits: bigint) {
  const captureDeadline = timestampFromDate(new Date(Date.now() + 600_000));
  return { orderId: randomUUID(), userId, amount: usd(minorUnits), ttlSeconds: 900, captureDeadline };
}

describe('WalletService', () => {
  it('opens one wallet per user, in USD unless asked otherwise', async () => {
    const userId = randomUUID();
    expect(await reasonOf(walletOf(userId).getWallet({}))).toBe('WALLET_NOT_FOUND');
    const { wallet } = await walletOf(userId).createWallet({});
    expect(wallet).toMatchObject({ currencyCode: 'USD', balance: usd(0n), held: usd(0n), available: usd(0n) });
    expect(await reasonOf(walletOf(userId).createWallet({ currencyCode: 'EUR' }))).toBe('WALLET_EXISTS');
    const other = await walletOf(randomUUID()).createWallet({ currencyCode: 'EUR' });
    expect(other.wallet?.currencyCode).toBe('EUR');
  });

  it('tops up and lists the movement', async () => {
    const userId = await fundedUser(2500n);
    const { wallet } = await walletOf(userId).getWallet({});
    expect(wallet).toMatchObject({ balance: usd(2500n), available: usd(2500n) });
    const { transactions } = await walletOf(userId).listTransactions({ type: TransactionType.TOP_UP });
    expect(transactions).toMatchObject([
      { type: TransactionType.TOP_UP, amount: usd(2500n), balanceAfter: usd(2500n), orderId: '' },
    ]);
  });

  it.each([0n, -1n, 100_000_001n])('refuses a top-up of %s', async (minorUnits) => {
    const call = walletOf(await fundedUser(1n)).topUp({ amount: usd(minorUnits), requestId: randomUUID() });
    await expect(call).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('is for users only', async () => {
    await expect(rpc.connect(WalletService).getWallet({})).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('the service at work', () => {
  it('gives the money of overdue holds back by itself, until it is stopped', async () => {
    const logger = pino({ level: 'silent' });
    const config = readWalletConfig({ WALLET_SWEEP_SECONDS: '0.02' });
    const service = buildWallet({ db: database.db, logger, registry: new Registry(), config });
    const userId = await fundedUser(1000n);
    await funds().hold({ ...holdRequest(userId, 400n), ttlSeconds: 1 });
    await service.start?.();
    await expect
      .poll(async () => (await walletOf(userId).getWallet({})).wallet, { interval: 20, timeout: 5000 })
      .toMatchObject({ held: usd(0n), available: usd(1000n) });
    await service.stop?.();
    await service.checks.postgres?.();
  });
});

describe('FundsService', () => {
  it('holds, captures and refunds an order, and counts each once', async () => {
    const userId = await fundedUser(1000n);
    const request = holdRequest(userId, 400n);
    const { orderId } = request;
    expect(await funds().hold(request)).toMatchObject({ state: HoldState.HELD });
    expect((await walletOf(userId).getWallet({})).wallet).toMatchObject({ held: usd(400n), available: usd(600n) });
    const captured = await funds().capture({ orderId });
    expect(captured).toMatchObject({ state: HoldState.CAPTURED, amount: usd(400n) });
    expect(await funds().capture({ orderId })).toEqual(captured);
    expect(await reasonOf(funds().void({ orderId }))).toBe('ALREADY_CAPTURED');
    const refunded = await funds().refund({ orderId });
    expect(await funds().refund({ orderId })).toEqual(refunded);
    expect((await walletOf(userId).getWallet({})).wallet).toMatchObject({ balance: usd(1000n), held: usd(0n) });
    const text = await registry.metrics();
    for (const name of ['captures', 'refunds']) expect(text).toContain(`wallet_${name}_total 1`);
  });

  it('voids a hold, and says what a refused hold lacked', async () => {
    const userId = await fundedUser(1000n);
    const request = holdRequest(userId, 400n);
    await funds().hold(request);
    expect(await funds().void({ orderId: request.orderId })).toMatchObject({ state: HoldState.VOIDED });
    await expect(funds().hold(holdRequest(userId, 1001n))).rejects.toMatchObject({
      code: 'failed_precondition',
      reason: 'INSUFFICIENT_FUNDS',
      metadata: { required: '1001', available: '1000', currencyCode: 'USD' },
    });
  });

  it('is for the saga only', async () => {
    const orderId = randomUUID();
    for (const client of [
      rpc.connect(FundsService, { as: 'cart' }),
      rpc.connect(FundsService, { user: { userId: randomUUID(), roles: ['admin'] } }),
    ]) {
      await expect(client.void({ orderId })).rejects.toMatchObject({ code: 'permission_denied' });
    }
  });
});
