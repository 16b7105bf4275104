import type { JSONWebKeySet, JWTPayload } from 'jose';

/** Hashes passwords, a bounded number at a time. */
export interface Passwords {
  /** @throws OVERLOADED; RangeError for a password of more than 72 bytes, which bcrypt would truncate */
  readonly hash: (password: string) => Promise<string>;
  /** Without a hash (unknown user) the result is false, after the same time as with one. @throws OVERLOADED */
  readonly verify: (password: string, encoded: string | undefined) => Promise<boolean>;
  /** Whether the hash has another cost than new hashes get. */
  readonly isOutdated: (encoded: string) => boolean;
}

interface LoginAttempt {
  /** Counts a failure. @throws RATE_LIMITED if parallel attempts have reached the limit meanwhile */
  readonly failed: () => Promise<void>;
  /**
   * Clears the failures of the account at this IP address.
   * @throws RATE_LIMITED if parallel attempts have reached the limit meanwhile, so that these get no more answers
   */
  readonly succeeded: () => Promise<void>;
}

/** Limits the attempts of one IP address. */
export interface AttemptLimits {
  /** @throws RATE_LIMITED after too many failures */
  readonly login: (email: string, address: string) => Promise<LoginAttempt>;
  /** Counts a registration. @throws RATE_LIMITED */
  readonly register: (address: string) => Promise<void>;
}

/** The signing keys as this process has read them. */
export interface KeyRing {
  /** The public keys that verify tokens: of the active key, the next one, and former ones whose tokens may be valid. */
  readonly jwks: () => Promise<JSONWebKeySet>;
  /** The same, read from the database now. For callers that keep it, and seldom ask. */
  readonly readJwks: () => Promise<JSONWebKeySet>;
  /** Signs a JWT with these claims and the issuer. */
  readonly sign: (claims: JWTPayload) => Promise<string>;
}
