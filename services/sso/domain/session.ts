import type { SsoDeps } from './deps.ts';
import { tokenInvalid } from './errors.ts';
import { maskAddress } from '../../../platform/auth/client-network.ts';
import type { SessionCaller, SessionClient, SessionTrace } from './types.ts';

const maxUserAgent = 256;

/** What a session stores about its client. */
export function traceOf(client: SessionClient, now: Date): SessionTrace {
  return {
    lastUsedAt: now,
    userAgent: client.userAgent.slice(0, maxUserAgent),
    clientNetwork: maskAddress(client.address),
  };
}

/**
 * Checks that the caller's session has not ended. An access token is valid up to 15 minutes longer than its session, so
 * calls that change sessions or the password check this.
 * @throws TOKEN_INVALID
 */
export async function requireLiveSession(
  deps: Pick<SsoDeps, 'repository' | 'clock'>,
  { userId, sessionId }: SessionCaller,
): Promise<void> {
  if (!(await deps.repository.isLiveSession(userId, sessionId, deps.clock()))) throw tokenInvalid();
}
