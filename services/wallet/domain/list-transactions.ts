import type { WalletDeps } from './deps.ts';
import { walletNotFound } from './errors.ts';
import { decodePageToken, encodePageToken } from './page-token.ts';
import type { TransactionType, WalletTransaction } from './types.ts';

const defaultPageSize = 50;
const maxPageSize = 200;

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
  readonly transactions: readonly WalletTransaction[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * A page of the caller's transactions, newest first. Movements that come meanwhile shift no page.
 * @throws WALLET_NOT_FOUND, PAGE_TOKEN_INVALID.
 */
export async function listTransactions(deps: WalletDeps, input: ListTransactionsInput): Promise<TransactionPage> {
  const { type, orderId } = input;
  const filter = `${type ?? ''}:${orderId ?? ''}`;
  const before = input.pageToken === '' ? undefined : decodePageToken(input.pageToken, filter);
  const wallet = await deps.repository.findWalletOf(input.userId);
  if (wallet === undefined) throw walletNotFound();
  const pageSize = Math.min(input.pageSize === 0 ? defaultPageSize : input.pageSize, maxPageSize);
  // One more than asked for tells whether there is a next page.
  const found = await deps.repository.listTransactions(wallet.walletId, { type, orderId, before, limit: pageSize + 1 });
  const transactions = found.slice(0, pageSize);
  const last = transactions.at(-1);
  const nextPageToken = found.length > pageSize && last !== undefined ? encodePageToken(last.sequence, filter) : '';
  return { transactions, nextPageToken };
}
