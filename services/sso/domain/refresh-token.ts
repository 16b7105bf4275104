import { createHash, createHmac, randomBytes } from 'node:crypto';

/** For how long a refresh token can be used. */
export const refreshTokenSeconds = 30 * 86_400;
/** For how long a spent token still gets its successor, since a client may refresh twice at the same time. */
export const reuseGraceSeconds = 10;

/** Opaque tokens of 256 bits in base64url. */
export interface RefreshTokens {
  readonly first: () => string;
  /** The token after this one. It is derived, so that a repeat gets it again although it is not stored. */
  readonly successor: (token: string) => string;
  /** What is stored of a token. A fast hash is enough, since 256 random bits can't be guessed. */
  readonly hash: (token: string) => string;
}

/** @param key 256 secret bits, which derive all successors of a token */
export function createRefreshTokens(key: Uint8Array): RefreshTokens {
  return {
    first: () => randomBytes(32).toString('base64url'),
    successor: (token) => createHmac('sha256', key).update(token).digest('base64url'),
    hash: (token) => createHash('sha256').update(token).digest('base64url'),
  };
}
