import type { JSONWebKeySet, JWTPayload } from 'jose';

/** Hashes passwords, a few at a time. */
export interface Passwords {
  /** @throws OVERLOADED; a RangeError for a password over 72 bytes, which would be truncated */
  readonly hash: (password: string) => Promise<string>;
  /** Without a hash (unknown user) it takes as long and is false. @throws OVERLOADED */
  readonly verify: (password: string, encoded: string | undefined) => Promise<boolean>;
  /** The hash has another cost than new ones get. */
  readonly isOutdated: (encoded: string) => boolean;
}

interface LoginAttempt {
  /** Counts it. @throws RATE_LIMITED if others have used the allowance up meanwhile */
  readonly failed: () => Promise<void>;
  /**
   * Forgets the account's failures at this address.
   * @throws RATE_LIMITED if the allowance was used up meanwhile: guesses sent at once are no more than one by one
   */
  readonly succeeded: () => Promise<void>;
}

/** Limits what one address may try. */
export interface AttemptLimits {
  /** @throws RATE_LIMITED after too many failures */
  readonly login: (email: string, address: string) => Promise<LoginAttempt>;
  /** Counts a registration. @throws RATE_LIMITED */
  readonly register: (address: string) => Promise<void>;
}

/** The signing keys as this process has read them. */
export interface KeyRing {
  /** The keys that tokens may be signed with, now or lately or soon. */
  readonly jwks: () => Promise<JSONWebKeySet>;
  /** A JWT with these claims and the issuer. */
  readonly sign: (claims: JWTPayload) => Promise<string>;
}
