import { randomUUID } from 'node:crypto';
import { accessTokenAudience } from '../../../platform/auth/token-rules.ts';
import type { SsoTransaction } from '../repository/index.ts';
import type { SsoDeps } from './deps.ts';
import { refreshTokenSeconds } from './refresh-token.ts';
import { traceOf } from './session.ts';
import type { SessionClient, Tokens, User } from './types.ts';

/** How long an access token is good for. */
export const accessTokenSeconds = 900;

/** A session, and the newest of its refresh tokens. */
export interface OpenedSession {
  readonly sessionId: string;
  readonly refreshToken: string;
}

/** A signed access token of a session, with the refresh token that goes along. */
export async function issueTokens(
  deps: SsoDeps,
  { user, sessionId, refreshToken }: OpenedSession & { readonly user: User },
): Promise<Tokens> {
  const issuedAt = Math.floor(deps.clock().getTime() / 1000);
  const accessToken = await deps.keys.sign({
    sub: user.userId,
    aud: accessTokenAudience,
    roles: [...user.roles],
    sid: sessionId,
    jti: randomUUID(),
    iat: issuedAt,
    exp: issuedAt + accessTokenSeconds,
  });
  return { accessToken, refreshToken, expiresInSeconds: accessTokenSeconds };
}

/** Opens a session in the caller's transaction; returns its id and first refresh token. */
export async function openSession(
  deps: SsoDeps,
  { tx, userId, client }: { readonly tx: SsoTransaction; readonly userId: string; readonly client: SessionClient },
): Promise<OpenedSession> {
  const sessionId = randomUUID();
  const refreshToken = deps.refreshTokens.first();
  const times = refreshTimes(deps.clock());
  await tx.insertSession({ sessionId, userId, ...times, ...traceOf(client, times.createdAt) });
  await tx.insertRefreshToken({ hash: deps.refreshTokens.hash(refreshToken), sessionId, ...times });
  return { sessionId, refreshToken };
}

/** When a refresh token made now begins and ends. */
export function refreshTimes(now: Date): { createdAt: Date; expiresAt: Date } {
  return { createdAt: now, expiresAt: new Date(now.getTime() + refreshTokenSeconds * 1000) };
}
