import type { SsoDeps } from './deps.ts';
import { sessionNotFound } from './errors.ts';
import { requireLiveSession } from './session.ts';
import type { SessionCaller } from './types.ts';

export interface SessionRevocation {
  readonly caller: SessionCaller;
  /** UUID of the session to end. */
  readonly sessionId: string;
}

/**
 * Ends one of the user's sessions, which may be the caller's. A session that has ended already is no error.
 * @throws TOKEN_INVALID if the caller's session has ended, SESSION_NOT_FOUND
 */
export async function revokeSession(deps: SsoDeps, { caller, sessionId }: SessionRevocation): Promise<void> {
  // A call that ends the caller's session may be repeated, although the session has ended.
  if (sessionId !== caller.sessionId) await requireLiveSession(deps, caller);
  if (!(await deps.repository.revokeSessionOf(caller.userId, sessionId, deps.clock()))) throw sessionNotFound();
}
