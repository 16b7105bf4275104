import type { SsoDeps } from './deps.ts';
import { tokenInvalid } from './errors.ts';
import type { SessionCaller } from './types.ts';

/**
 * Ends all sessions of the user except the caller's. If two sessions end each other at the same time, one stays.
 * @returns how many sessions ended
 * @throws TOKEN_INVALID if the caller's session has ended
 */
export async function revokeOtherSessions(deps: SsoDeps, input: { readonly caller: SessionCaller }): Promise<number> {
  const { userId, sessionId } = input.caller;
  const now = deps.clock();
  return deps.repository.transaction(async (repository) => {
    const live = await repository.lockLiveSessions(userId, now);
    if (!live.includes(sessionId)) throw tokenInvalid();
    return repository.revokeSessionsExcept(userId, sessionId, 'revoked', now);
  });
}
