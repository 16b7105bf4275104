export type KeyState = 'published' | 'active' | 'retired';

/** A row of `signing_keys`. */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  /** Published: verifies. Active: verifies and signs; there is one. Retired: neither. */
  readonly state: KeyState;
  readonly publicJwk: { readonly kty: string; readonly crv: string; readonly x: string };
  readonly privateJwkSealed: string;
  readonly createdAt: Date;
  /** When it began to sign. */
  readonly activatedAt: Date | null;
  /** When it ceased to sign. */
  readonly deactivatedAt: Date | null;
  /** When it ceased to verify. */
  readonly retiredAt: Date | null;
}
