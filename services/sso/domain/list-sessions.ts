import { z } from 'zod';
import { cutPage, pageSizeOf } from '../../../platform/data/paging/page.ts';
import { createPageTokens, tokenTime } from '../../../platform/data/paging/page-token.ts';
import type { SessionRecord } from '../repository/sessions.ts';
import type { SsoDeps } from './deps.ts';
import { requireLiveSession, type SessionCaller } from './session.ts';

const tokens = createPageTokens(z.object({ createdAt: tokenTime, sessionId: z.uuid() }));

export interface SessionPage {
  readonly sessions: readonly SessionRecord[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * A page of the caller's sessions that can still be refreshed, newest first.
 * @param page size 0 for the default of 50, more than 200 is taken as 200; token empty for the first page
 * @throws TOKEN_INVALID if the caller's own session has ended, PAGE_TOKEN_INVALID
 */
export async function listSessions(
  deps: SsoDeps,
  caller: SessionCaller,
  page: { readonly size: number; readonly token: string },
): Promise<SessionPage> {
  const before = tokens.decode(page.token);
  const now = deps.clock();
  await requireLiveSession(deps.repository, caller, now);
  const size = pageSizeOf(page.size);
  const found = await deps.repository.listLiveSessions(caller.userId, now, { before, limit: size + 1 });
  const { shown, last } = cutPage(found, size);
  return { sessions: shown, nextPageToken: last ? tokens.encode(last) : '' };
}
