import { decodeProtectedHeader } from 'jose';

/** `aud` of every access token. */
export const accessTokenAudience = 'ecommerce';
/** `iss` of every access token unless configured otherwise. */
export const defaultIssuer = 'ecommerce-sso';
/** `typ` in the header of access tokens (RFC 9068): nothing else passes for one. */
export const accessTokenType = 'at+jwt';
/** `typ` in the header of tokens that services sign for each other. */
export const serviceTokenType = 'svc+jwt';
/** Ed25519 only: no other algorithm is ever accepted, whatever a header says. */
export const tokenAlgorithm = 'EdDSA';

/** How long verifiers keep the key set at most: with the cache of tokens they know a retired key half as long again. */
export const jwksCacheSeconds = 30;
/** Unknown key ids make verifiers read the key set at most this often. */
export const jwksCooldownSeconds = 30;

/** What a token says it is, unverified: only for choosing who verifies it. */
export function tokenTypeOf(token: string): 'user' | 'service' | 'other' {
  try {
    const { typ } = decodeProtectedHeader(token);
    if (typ === accessTokenType) return 'user';
    return typ === serviceTokenType ? 'service' : 'other';
  } catch {
    return 'other';
  }
}
