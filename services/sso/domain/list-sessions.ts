import type { SessionRecord } from '../repository/sessions.ts';
import type { SsoDeps } from './deps.ts';
import { decodePageToken, encodePageToken } from './page-token.ts';
import { requireLiveSession, type SessionCaller } from './session.ts';

const defaultPageSize = 50;
const maxPageSize = 200;

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
  const before = page.token === '' ? undefined : decodePageToken(page.token);
  const now = deps.clock();
  await requireLiveSession(deps.repository, caller, now);
  const size = Math.min(page.size === 0 ? defaultPageSize : page.size, maxPageSize);
  // One more than asked for tells whether there is a next page.
  const found = await deps.repository.listLiveSessions(caller.userId, now, { before, limit: size + 1 });
  const sessions = found.slice(0, size);
  const last = sessions.at(-1);
  return { sessions, nextPageToken: found.length > size && last !== undefined ? encodePageToken(last) : '' };
}
