import { z } from 'zod';
import { cutPage, pageSizeOf } from '../../../platform/data/paging/page.ts';
import { createPageTokens, tokenTime } from '../../../platform/data/paging/page-token.ts';
import type { SsoDeps } from './deps.ts';
import { requireLiveSession } from './session.ts';
import type { SessionCaller, SessionRecord } from './types.ts';

const tokens = createPageTokens(z.object({ createdAt: tokenTime, sessionId: z.uuid() }));

export interface SessionListing {
  readonly caller: SessionCaller;
  /** 0 for the default of 50; more than 200 is taken as 200. */
  readonly pageSize: number;
  /** Empty for the first page. */
  readonly pageToken: string;
}

export interface SessionPage {
  readonly sessions: readonly SessionRecord[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * A page of the caller's live sessions, newest first: those that can still be refreshed.
 * @throws TOKEN_INVALID if the caller's session has ended, PAGE_TOKEN_INVALID
 */
export async function listSessions(deps: SsoDeps, input: SessionListing): Promise<SessionPage> {
  const { caller } = input;
  const before = tokens.decode(input.pageToken);
  await requireLiveSession(deps, caller);
  const now = deps.clock();
  const size = pageSizeOf(input.pageSize);
  const found = await deps.repository.listLiveSessions(caller.userId, now, { before, limit: size + 1 });
  const { shown, last } = cutPage(found, size);
  return { sessions: shown, nextPageToken: last ? tokens.encode(last) : '' };
}
