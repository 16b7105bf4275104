import { Registry } from 'prom-client';
import type { Database } from '../../../platform/data/db/database.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { createWallet } from '../domain/create-wallet.ts';
import type { WalletDeps } from '../domain/deps.ts';
import { topUpWallet } from '../domain/top-up.ts';
import { createWalletMetrics } from '../metrics.ts';
import { createWalletRepository } from '../repository/index.ts';

const requestId = '5eed0000-0000-4000-8000-000000000001';
const openingMinor = 1_000_000n;

/** Opens a user's wallet with 10,000.00 US dollars. A wallet that has money stays as it is. */
export async function seedWallet(db: Database, userId: string): Promise<void> {
  const deps: WalletDeps = {
    repository: createWalletRepository(db),
    metrics: createWalletMetrics(new Registry()),
    freeTopUp: true,
  };
  try {
    await createWallet(deps, { userId, currencyCode: 'USD' });
  } catch (error) {
    if (!(error instanceof AppError && error.reason === 'WALLET_EXISTS')) throw error;
  }
  const wallet = await deps.repository.findWalletOf(userId);
  if (wallet !== undefined && wallet.balanceMinor > 0n) return;
  await topUpWallet(deps, { userId, requestId, amount: { currencyCode: 'USD', minorUnits: openingMinor } });
}
