import { decodeProtectedHeader } from 'jose';

/** `aud` of every access token. */
export const accessTokenAudience = 'ecommerce';
/** `iss` of access tokens, unless JWT_ISSUER says another. */
export const defaultIssuer = 'ecommerce-sso';
/** `typ` in the header of access tokens (RFC 9068). A token with another type is refused. */
export const accessTokenType = 'at+jwt';
/** `typ` in the header of tokens that services sign for each other. */
export const serviceTokenType = 'svc+jwt';
/** Ed25519. No other algorithm is accepted, even if a token's header names one. */
export const tokenAlgorithm = 'EdDSA';

/** Longest time for which verifiers keep the key set. */
export const jwksCacheSeconds = 30;
/**
 * Longest time for which a retired key is accepted, because of the cache of verified tokens. A process that gets a token
 * of a new key refuses it from then on, since it reads the key set.
 */
export const retiredKeySeconds = 1.5 * jwksCacheSeconds;
/**
 * Shortest time between two reads of the key set because of unknown key ids. It is short, because a token of a key that
 * replaces a leaked one must be accepted at once.
 */
export const jwksCooldownSeconds = 1;
/** In this time so many reads because of unknown key ids may bring the same set: forged ids cause no more. */
export const readsInVain = { count: 2, seconds: 30 };

/** The type that a token claims to have. It is not verified: use it only to choose the verifier. */
export function tokenTypeOf(token: string): 'user' | 'service' | 'other' {
  try {
    const { typ } = decodeProtectedHeader(token);
    if (typ === accessTokenType) return 'user';
    return typ === serviceTokenType ? 'service' : 'other';
  } catch {
    return 'other';
  }
}

/**
 * Throws unless each part is spelled in base64url as RFC 7515 says: without padding and in the only way there is. jose
 * takes others, so that one signature would make many tokens, each of which takes a place in the caches.
 */
export function requireOneSpelling(token: string): void {
  for (const part of token.split('.')) {
    if (Buffer.from(part, 'base64url').toString('base64url') !== part) throw new Error('a part is not in base64url');
  }
}
