import { randomUUID } from 'node:crypto';
import { checkCurrency } from './currency.ts';
import type { WalletDeps } from './deps.ts';
import { walletExists } from './errors.ts';
import type { Wallet } from './types.ts';

export interface CreateWalletInput {
  /** UUID of the owner. */
  readonly userId: string;
  /** ISO 4217. */
  readonly currencyCode: string;
}

/**
 * Opens an empty wallet for a user.
 * @throws WALLET_EXISTS {walletId}, INVALID_CURRENCY
 */
export async function createWallet(deps: WalletDeps, input: CreateWalletInput): Promise<Wallet> {
  const { userId, currencyCode } = input;
  checkCurrency('currency_code', currencyCode);
  const walletId = randomUUID();
  const wallet = await deps.repository.insertWallet(walletId, userId, currencyCode);
  if (wallet !== undefined) {
    deps.metrics.walletOpened(currencyCode);
    return wallet;
  }
  const existing = await deps.repository.findWalletOf(userId);
  throw walletExists(existing?.walletId ?? '');
}
