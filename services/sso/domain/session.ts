import type { SsoDeps } from './deps.ts';
import { tokenInvalid } from './errors.ts';
import { maskAddress } from './network.ts';
import type { SessionCaller, SessionClient, SessionTrace } from './types.ts';

const maxUserAgent = 256;

/** What a session keeps of its client. */
export function traceOf(client: SessionClient, now: Date): SessionTrace {
  return {
    lastUsedAt: now,
    userAgent: client.userAgent.slice(0, maxUserAgent),
    clientNetwork: maskAddress(client.address),
  };
}

/**
 * An access token outlives its session by up to 15 minutes: good enough to shop with, not to change who gets in.
 * @throws TOKEN_INVALID
 */
export async function requireLiveSession(
  deps: Pick<SsoDeps, 'repository' | 'clock'>,
  { userId, sessionId }: SessionCaller,
): Promise<void> {
  if (!(await deps.repository.isLiveSession(userId, sessionId, deps.clock()))) throw tokenInvalid();
}
