import { cutPage, pageSizeOf } from '../../../platform/data/paging/page.ts';
import { createPageTokens, tokenBigint } from '../../../platform/data/paging/page-token.ts';
import type { WalletDeps } from './deps.ts';
import { walletNotFound } from './errors.ts';
import type { TransactionType, LedgerTransaction } from './types.ts';

const tokens = createPageTokens(tokenBigint);

export interface ListTransactionsInput {
  readonly userId: string;
  /** 0 for the default of 50; more than 200 is taken as 200. */
  readonly pageSize: number;
  /** Empty for the first page. */
  readonly pageToken: string;
  readonly type: TransactionType | undefined;
  /** UUID. */
  readonly orderId: string | undefined;
}

export interface TransactionPage {
  readonly transactions: readonly LedgerTransaction[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * A page of the caller's transactions, newest first. Transactions that are added meanwhile do not shift the pages.
 * @throws WALLET_NOT_FOUND, PAGE_TOKEN_INVALID
 */
export async function listTransactions(deps: WalletDeps, input: ListTransactionsInput): Promise<TransactionPage> {
  const { type, orderId } = input;
  const filter = `${type ?? ''}:${orderId ?? ''}`;
  const before = tokens.decode(input.pageToken, filter);
  const wallet = await deps.repository.findWalletOf(input.userId);
  if (wallet === undefined) throw walletNotFound();
  const size = pageSizeOf(input.pageSize);
  const found = await deps.repository.listTransactions(wallet.walletId, { type, orderId, before, limit: size + 1 });
  const { shown, last } = cutPage(found, size);
  return { transactions: shown, nextPageToken: last ? tokens.encode(last.sequence, filter) : '' };
}
