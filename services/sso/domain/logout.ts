import type { SsoDeps } from './deps.ts';

/** Ends the session of a refresh token, spent or not. An unknown token or an ended session is no error. */
export async function logout(deps: SsoDeps, input: { readonly refreshToken: string }): Promise<void> {
  const hash = deps.refreshTokens.hash(input.refreshToken);
  await deps.repository.transaction(async (repository) => {
    const found = await repository.lockRefreshToken(hash);
    if (found !== undefined && !found.revoked) await repository.revokeSession(found.sessionId, 'logout', deps.clock());
  });
}
