import { cutPage, pageSizeOf } from '../../../platform/data/paging/page.ts';
import { createPageTokens, tokenBigint } from '../../../platform/data/paging/page-token.ts';
import type { BackofficeDeps } from './deps.ts';
import type { Backoffice } from './types.ts';

export interface ListBackofficesInput {
  readonly userId: string;
  /** 0 for the default of 50; more than 200 is taken as 200. */
  readonly pageSize: number;
  /** Empty for the first page. */
  readonly pageToken: string;
}

export interface BackofficePage {
  readonly backoffices: readonly Backoffice[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

const tokens = createPageTokens(tokenBigint);

/** One page of a user's backoffices, newest first. @throws PAGE_TOKEN_INVALID */
export async function listBackoffices(deps: BackofficeDeps, input: ListBackofficesInput): Promise<BackofficePage> {
  const size = pageSizeOf(input.pageSize);
  const before = tokens.decode(input.pageToken);
  const found = await deps.repository.listBackoffices(input.userId, { before, limit: size + 1 });
  const { shown, last } = cutPage(found, size);
  return { backoffices: shown, nextPageToken: last ? tokens.encode(last.sequence) : '' };
}
