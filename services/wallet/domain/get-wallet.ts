import type { WalletDeps } from './deps.ts';
import { walletNotFound } from './errors.ts';
import type { Wallet } from './types.ts';

export interface GetWalletInput {
  /** UUID of the owner. */
  readonly userId: string;
}

/**
 * A user's wallet.
 * @throws WALLET_NOT_FOUND
 */
export async function getWallet(deps: WalletDeps, { userId }: GetWalletInput): Promise<Wallet> {
  const wallet = await deps.repository.findWalletOf(userId);
  if (wallet === undefined) throw walletNotFound();
  return wallet;
}
