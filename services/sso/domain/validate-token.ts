import type { AccessToken } from '../../../platform/auth/access-token.ts';
import type { SsoDeps } from './deps.ts';

/** The user, roles and expiry of an access token. @throws TOKEN_INVALID, TOKEN_EXPIRED */
export async function validateToken(
  deps: SsoDeps,
  { accessToken }: { readonly accessToken: string },
): Promise<AccessToken> {
  return deps.verifier.verify(accessToken);
}
