import { maskAddress } from './network.ts';
import type { SsoTransaction } from '../repository/index.ts';
import type { SessionTrace } from '../repository/sessions.ts';
import { tokenInvalid } from './errors.ts';

/** Who asks, by a verified access token. */
export interface SessionCaller {
  readonly userId: string;
  readonly sessionId: string;
}

/** The program that asks. */
export interface SessionClient {
  /** The client's IP address; empty within the process. */
  readonly address: string;
  /** What it calls itself; anybody can call themselves anything. */
  readonly userAgent: string;
}

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
  repository: Pick<SsoTransaction, 'isLiveSession'>,
  { userId, sessionId }: SessionCaller,
  now: Date,
): Promise<void> {
  if (!(await repository.isLiveSession(userId, sessionId, now))) throw tokenInvalid();
}
