import type { SsoDeps } from './deps.ts';
import { sessionNotFound } from './errors.ts';
import { requireLiveSession, type SessionCaller } from './session.ts';

/**
 * Ends one of the caller's sessions, which may be their own. One that has ended already is no error.
 * @throws TOKEN_INVALID if the caller's own session has ended, SESSION_NOT_FOUND
 */
export async function revokeSession(deps: SsoDeps, caller: SessionCaller, sessionId: string): Promise<void> {
  const now = deps.clock();
  // A repeat of ending one's own session is answered like the first time.
  if (sessionId !== caller.sessionId) await requireLiveSession(deps.repository, caller, now);
  if (!(await deps.repository.revokeSessionOf(caller.userId, sessionId, now))) throw sessionNotFound();
}
