import type { SsoDeps } from './deps.ts';
import { tokenInvalid } from './errors.ts';
import type { SessionCaller } from './types.ts';

/**
 * Ends all of the caller's sessions but the one that asks. Of two that do it to each other, one wins.
 * @returns how many ended
 * @throws TOKEN_INVALID if the caller's own session has ended
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
