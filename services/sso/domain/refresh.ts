import type { SsoDeps } from './deps.ts';
import { tokenExpired, tokenInvalid, tokenReused } from './errors.ts';
import { reuseGraceSeconds } from './refresh-token.ts';
import { traceOf, type SessionClient } from './session.ts';
import { issueTokens, refreshTimes, type Tokens } from './tokens.ts';

type Outcome =
  | { readonly kind: 'rotated'; readonly userId: string; readonly sessionId: string }
  | { readonly kind: 'unknown' | 'expired' | 'reused' };

/**
 * Exchanges a refresh token for its successor. A spent one means that two parties hold the session, and ends it; within
 * ten seconds it is taken for a client refreshing twice at once, which gets the same successor.
 * See RFC 9700, section 4.14.2.
 * @throws TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_REUSED
 */
export async function refresh(deps: SsoDeps, token: string, client: SessionClient): Promise<Tokens> {
  const successor = deps.refreshTokens.successor(token);
  const outcome = await rotate(deps, token, successor, client);
  deps.metrics.refresh(outcome.kind);
  if (outcome.kind === 'reused') throw tokenReused();
  if (outcome.kind === 'expired') throw tokenExpired();
  const user = outcome.kind === 'rotated' ? await deps.repository.findUser(outcome.userId) : undefined;
  if (outcome.kind !== 'rotated' || user === undefined) throw tokenInvalid();
  return issueTokens(deps, user, outcome.sessionId, successor);
}

function rotate(deps: SsoDeps, token: string, successor: string, client: SessionClient): Promise<Outcome> {
  const now = deps.clock();
  const hash = deps.refreshTokens.hash(token);
  return deps.repository.transaction(async (repository): Promise<Outcome> => {
    const found = await repository.lockRefreshToken(hash);
    if (found === undefined || found.revoked) return { kind: 'unknown' };
    const { userId, sessionId, spentAt, expiresAt } = found;
    if (spentAt !== undefined) {
      if (now.getTime() - spentAt.getTime() <= reuseGraceSeconds * 1000) return { kind: 'rotated', userId, sessionId };
      await repository.revokeSession(sessionId, 'reuse', now);
      return { kind: 'reused' };
    }
    if (expiresAt <= now) return { kind: 'expired' };
    const times = refreshTimes(now);
    await repository.spendRefreshToken(hash, now);
    await repository.insertRefreshToken({ hash: deps.refreshTokens.hash(successor), sessionId, ...times });
    await repository.extendSession(sessionId, times.expiresAt, traceOf(client, now));
    return { kind: 'rotated', userId, sessionId };
  });
}
