import type { BackofficeDeps } from './deps.ts';
import type { Wallet } from './types.ts';

/** The wallet of any user, with its last transactions. @throws WALLET_NOT_FOUND */
export function getWallet(deps: BackofficeDeps, input: { readonly userId: string }): Promise<Wallet> {
  return deps.wallets.get(input.userId);
}
