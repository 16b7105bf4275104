import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FundsService, HoldState } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { createWalletRpcSuite, holdRequest, type WalletRpcSuite } from '../testing/rpc-suite.ts';
import { reasonOf, usd } from '../testing/suite.ts';

let suite: WalletRpcSuite;
beforeAll(async () => {
  suite = await createWalletRpcSuite();
});
afterAll(() => suite.database.close());

describe('FundsService', () => {
  it('holds, captures and refunds an order, and counts each once', async () => {
    const { walletOf, funds, fundedUser, registry } = suite;
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

  it('voids a hold; the refusal of a hold names the required and the available amount', async () => {
    const { funds, fundedUser } = suite;
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

  it('refuses what the contract does not allow', async () => {
    const { captureDeadline: _, ...timeless } = holdRequest(randomUUID(), 400n);
    for (const wrong of [
      holdRequest(randomUUID(), 0n),
      timeless,
      { ...holdRequest(randomUUID(), 1n), ttlSeconds: 0 },
    ]) {
      await expect(suite.funds().hold(wrong)).rejects.toMatchObject({ code: 'invalid_argument' });
    }
  });

  it('may be called by the saga only', async () => {
    const { rpc } = suite;
    const orderId = randomUUID();
    for (const client of [
      rpc.connect(FundsService, { as: 'cart' }),
      rpc.connect(FundsService, { user: { userId: randomUUID(), roles: ['admin'] } }),
    ]) {
      await expect(client.void({ orderId })).rejects.toMatchObject({ code: 'permission_denied' });
    }
  });
});
