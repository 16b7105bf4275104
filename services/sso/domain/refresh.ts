import type { SsoDeps } from './deps.ts';
import { tokenExpired, tokenInvalid, tokenReused } from './errors.ts';
import { reuseGraceSeconds } from './refresh-token.ts';
import { traceOf } from './session.ts';
import { issueTokens, refreshTimes } from './tokens.ts';
import type { SessionClient, Tokens } from './types.ts';

export interface Refresh {
  readonly refreshToken: string;
  readonly client: SessionClient;
}

type Outcome =
  | { readonly kind: 'rotated'; readonly userId: string; readonly sessionId: string }
  | { readonly kind: 'unknown' | 'expired' | 'reused' };

/**
 * Exchanges a refresh token for its successor. A spent token ends the session, since two parties have its tokens (RFC
 * 9700, section 4.14.2). Within ten seconds it counts as a client's second refresh, which gets the same successor.
 * @throws TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_REUSED
 */
export async function refresh(deps: SsoDeps, input: Refresh): Promise<Tokens> {
  const successor = deps.refreshTokens.successor(input.refreshToken);
  const outcome = await rotate(deps, { ...input, successor });
  deps.metrics.refresh(outcome.kind);
  if (outcome.kind === 'reused') throw tokenReused();
  if (outcome.kind === 'expired') throw tokenExpired();
  const user = outcome.kind === 'rotated' ? await deps.repository.findUser(outcome.userId) : undefined;
  if (outcome.kind !== 'rotated' || user === undefined) throw tokenInvalid();
  return issueTokens(deps, { user, sessionId: outcome.sessionId, refreshToken: successor });
}

function rotate(deps: SsoDeps, input: Refresh & { readonly successor: string }): Promise<Outcome> {
  const { refreshToken, successor, client } = input;
  const now = deps.clock();
  const hash = deps.refreshTokens.hash(refreshToken);
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
