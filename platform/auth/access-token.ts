import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { createKeySet, type KeySource } from './key-set.ts';
import { createTokenCache } from './token-cache.ts';
import { accessTokenAudience, accessTokenType, jwksCacheSeconds, tokenAlgorithm } from './token-rules.ts';

/** What a genuine access token says. */
export interface AccessToken {
  /** UUID. */
  readonly userId: string;
  readonly roles: readonly string[];
  /** UUID of the session it was issued in. */
  readonly sessionId: string;
  readonly expiresAt: Date;
}

export interface AccessTokenVerifier {
  /** @throws unauthenticated TOKEN_INVALID or TOKEN_EXPIRED; unavailable JWKS_UNAVAILABLE. */
  readonly verify: (token: string) => Promise<AccessToken>;
}

export type AccessTokenVerifierOptions = KeySource & {
  readonly issuer: string;
  /** Default `ecommerce`. */
  readonly audience?: string;
  /** Age at which the key set is read again, 30 by default; verified tokens are remembered half as long. */
  readonly cacheSeconds?: number | undefined;
};

const claimsSchema = z.object({
  sub: z.string().min(1),
  roles: z.array(z.string()),
  sid: z.string().min(1),
  exp: z.number(),
});

/** Any failure of jose as the contract's error; troubles of reading the keys pass as they are. */
export function tokenError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof errors.JWTExpired) {
    return new AppError('unauthenticated', 'TOKEN_EXPIRED', 'the token has expired', { cause: error });
  }
  return new AppError('unauthenticated', 'TOKEN_INVALID', 'the token is not valid', { cause: error });
}

/** Verifies access tokens locally with sso's key set. Nothing in a token (jku, jwk, alg) chooses the key or algorithm. */
export function createAccessTokenVerifier(options: AccessTokenVerifierOptions): AccessTokenVerifier {
  const { cacheSeconds = jwksCacheSeconds } = options;
  const keys = createKeySet(options, cacheSeconds);
  const cache = createTokenCache<AccessToken>({ size: 10_000, seconds: cacheSeconds / 2 });

  async function verify(token: string): Promise<AccessToken> {
    const { payload } = await jwtVerify(token, keys, {
      issuer: options.issuer,
      audience: options.audience ?? accessTokenAudience,
      algorithms: [tokenAlgorithm],
      typ: accessTokenType,
      requiredClaims: ['exp', 'iat', 'sub'],
    });
    const { sub, roles, sid, exp } = claimsSchema.parse(payload);
    return { userId: sub, roles, sessionId: sid, expiresAt: new Date(exp * 1000) };
  }

  return {
    verify: async (token) => {
      const known = cache.get(token);
      if (known !== undefined) return known;
      try {
        const verified = await verify(token);
        cache.set(token, verified, verified.expiresAt.getTime());
        return verified;
      } catch (error) {
        throw tokenError(error);
      }
    },
  };
}
