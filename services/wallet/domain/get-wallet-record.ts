import type { WalletDeps } from './deps.ts';
import { getWallet, type GetWalletInput } from './get-wallet.ts';
import type { LedgerTransaction, Wallet } from './types.ts';

export interface WalletRecord {
  readonly wallet: Wallet;
  /** The last ones, newest first. */
  readonly transactions: readonly LedgerTransaction[];
}

const transactionsShown = 10;

/** Any user's wallet with its last transactions. @throws WALLET_NOT_FOUND */
export async function getWalletRecord(deps: WalletDeps, input: GetWalletInput): Promise<WalletRecord> {
  const wallet = await getWallet(deps, input);
  const newest = { type: undefined, orderId: undefined, before: undefined, limit: transactionsShown };
  return { wallet, transactions: await deps.repository.listTransactions(wallet.walletId, newest) };
}
