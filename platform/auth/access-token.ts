import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { createKeySet, type KeySource } from './key-set.ts';
import { createTokenCache } from './token-cache.ts';
import {
  accessTokenAudience,
  accessTokenType,
  jwksCacheSeconds,
  requireOneSpelling,
  tokenAlgorithm,
} from './token-rules.ts';

/** The content of a verified access token. */
export interface AccessToken {
  /** UUID. */
  readonly userId: string;
  readonly roles: readonly string[];
  /** UUID of the session in which the token was issued. */
  readonly sessionId: string;
  readonly expiresAt: Date;
}

export interface AccessTokenVerifier {
  /** The content of a token that was verified shortly before; undefined for any other. */
  readonly known: (token: string) => AccessToken | undefined;
  /** @throws unauthenticated TOKEN_INVALID or TOKEN_EXPIRED; unavailable JWKS_UNAVAILABLE. */
  readonly verify: (token: string) => Promise<AccessToken>;
}

export type AccessTokenVerifierOptions = KeySource & {
  readonly issuer: string;
  /** Default `ecommerce`. */
  readonly audience?: string;
  /** Age at which the key set is read again. Verified tokens are kept half as long. Default 30. */
  readonly cacheSeconds?: number | undefined;
};

const claimsSchema = z.object({
  sub: z.string().min(1),
  roles: z.array(z.string()),
  sid: z.string().min(1),
  exp: z.number(),
});

/**
 * Maps an error of jose to TOKEN_EXPIRED or TOKEN_INVALID. An AppError, for example JWKS_UNAVAILABLE, stays as it is.
 */
export function tokenError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof errors.JWTExpired) {
    return new AppError('unauthenticated', 'TOKEN_EXPIRED', 'the token has expired', { cause: error });
  }
  return new AppError('unauthenticated', 'TOKEN_INVALID', 'the token is not valid', { cause: error });
}

/**
 * Verifies access tokens in this process with sso's key set. The headers of a token (jku, jwk, alg) choose neither the
 * source of the keys nor the algorithm.
 */
export function createAccessTokenVerifier(options: AccessTokenVerifierOptions): AccessTokenVerifier {
  const { cacheSeconds = jwksCacheSeconds } = options;
  const newCache = () => createTokenCache<AccessToken>({ size: 10_000, seconds: cacheSeconds / 2 });
  let cache = newCache();
  // A key that is not in the set any more may have verified what is in the cache.
  const keys = createKeySet(options, { cacheSeconds, onChange: () => void (cache = newCache()) });

  async function verify(token: string): Promise<AccessToken> {
    requireOneSpelling(token);
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
    known: (token) => cache.get(token),
    verify: async (token) => {
      // The keys may change meanwhile. The token then goes into the cache that is not used any more.
      const present = cache;
      const known = present.get(token);
      if (known !== undefined) return known;
      try {
        const verified = await verify(token);
        present.set(token, verified, verified.expiresAt.getTime());
        return verified;
      } catch (error) {
        throw tokenError(error);
      }
    },
  };
}
