import type { SsoDeps } from './deps.ts';
import { sessionNotFound } from './errors.ts';
import { requireLiveSession } from './session.ts';
import type { SessionCaller } from './types.ts';

export interface SessionRevocation {
  readonly caller: SessionCaller;
  /** The one to end. */
  readonly sessionId: string;
}

/**
 * Ends one of the caller's sessions, which may be their own. One that has ended already is no error.
 * @throws TOKEN_INVALID if the caller's own session has ended, SESSION_NOT_FOUND
 */
export async function revokeSession(deps: SsoDeps, { caller, sessionId }: SessionRevocation): Promise<void> {
  // A repeat of ending one's own session is answered like the first time.
  if (sessionId !== caller.sessionId) await requireLiveSession(deps, caller);
  if (!(await deps.repository.revokeSessionOf(caller.userId, sessionId, deps.clock()))) throw sessionNotFound();
}
