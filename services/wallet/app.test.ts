import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWithUpkeep } from '../../platform/testing/start.ts';
import { createWalletRpcSuite, holdRequest, type WalletRpcSuite } from './testing/rpc-suite.ts';
import { usd } from './testing/suite.ts';

let suite: WalletRpcSuite;
beforeAll(async () => {
  suite = await createWalletRpcSuite({ WALLET_SWEEP_SECONDS: '0.02' });
});
afterAll(() => suite.database.close());

it('sweeps overdue holds from its start to its stop', async () => {
  const { service, walletOf, funds, fundedUser } = suite;
  const userId = await fundedUser(1000n);
  await funds().hold({ ...holdRequest(userId, 400n), ttlSeconds: 1 });
  await startWithUpkeep(service);
  await expect
    .poll(async () => (await walletOf(userId).getWallet({})).wallet, { interval: 20, timeout: 5000 })
    .toMatchObject({ held: usd(0n), available: usd(1000n) });
  await service.stop?.();
  await service.checks.postgres?.();
});
