import type { AccessToken } from '../../../platform/auth/access-token.ts';
import type { SsoDeps } from './deps.ts';

/** Whose an access token is, and until when. @throws TOKEN_INVALID, TOKEN_EXPIRED */
export async function validateToken(
  deps: SsoDeps,
  { accessToken }: { readonly accessToken: string },
): Promise<AccessToken> {
  return deps.verifier.verify(accessToken);
}
