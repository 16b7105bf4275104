import { createHash, createHmac, randomBytes } from 'node:crypto';

/** How long a refresh token can be used. */
export const refreshTokenSeconds = 30 * 86_400;
/** How long a spent one still gets its successor: for clients that refresh twice at once. */
export const reuseGraceSeconds = 10;

/** Opaque tokens of 256 bits in base64url. */
export interface RefreshTokens {
  readonly first: () => string;
  /** Always the same for the same token, so that it can be answered again although it is stored nowhere. */
  readonly successor: (token: string) => string;
  /** What is stored of a token. A fast hash is enough: there is nothing to guess in 256 random bits. */
  readonly hash: (token: string) => string;
}

/** @param key 256 secret bits: who has it and a token knows the tokens after it */
export function createRefreshTokens(key: Uint8Array): RefreshTokens {
  return {
    first: () => randomBytes(32).toString('base64url'),
    successor: (token) => createHmac('sha256', key).update(token).digest('base64url'),
    hash: (token) => createHash('sha256').update(token).digest('base64url'),
  };
}
