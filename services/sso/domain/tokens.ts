import { randomUUID } from 'node:crypto';
import { accessTokenAudience } from '../../../platform/auth/token-rules.ts';
import type { SsoTransaction } from '../repository/index.ts';
import type { SsoDeps } from './deps.ts';
import { refreshTokenSeconds } from './refresh-token.ts';
import { traceOf } from './session.ts';
import type { SessionClient, Tokens, User } from './types.ts';

/** For how long an access token is valid. */
export const accessTokenSeconds = 900;

/** A session and its newest refresh token. */
export interface OpenedSession {
  readonly sessionId: string;
  readonly refreshToken: string;
}

/** Signs an access token for a session. @returns it with the session's refresh token */
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

/** Opens a session in the caller's transaction. @returns its id and its first refresh token */
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

/** The creation time and expiry of a refresh token that is made now. */
export function refreshTimes(now: Date): { createdAt: Date; expiresAt: Date } {
  return { createdAt: now, expiresAt: new Date(now.getTime() + refreshTokenSeconds * 1000) };
}
