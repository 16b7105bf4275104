import { randomUUID } from 'node:crypto';
import type { WalletDeps } from './deps.ts';
import { walletExists } from './errors.ts';
import type { Wallet } from './types.ts';

/**
 * Opens a user's wallet, empty.
 * @param currencyCode ISO 4217.
 * @throws WALLET_EXISTS {walletId}.
 */
export async function createWallet(deps: WalletDeps, userId: string, currencyCode: string): Promise<Wallet> {
  const walletId = randomUUID();
  const wallet = await deps.repository.insertWallet(walletId, userId, currencyCode);
  if (wallet !== undefined) return wallet;
  const existing = await deps.repository.findWalletOf(userId);
  throw walletExists(existing?.walletId ?? '');
}
