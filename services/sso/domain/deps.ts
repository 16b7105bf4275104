import type { AccessTokenVerifier } from '../../../platform/auth/access-token.ts';
import type { SsoMetrics } from '../metrics.ts';
import type { AttemptLimits, KeyRing, Passwords } from '../ports.ts';
import type { SsoRepository } from '../repository/index.ts';
import type { RefreshTokens } from './refresh-token.ts';

/** What the verbs of this service work with. */
export interface SsoDeps {
  readonly repository: SsoRepository;
  readonly passwords: Passwords;
  readonly limits: AttemptLimits;
  readonly keys: KeyRing;
  readonly refreshTokens: RefreshTokens;
  readonly verifier: AccessTokenVerifier;
  readonly metrics: SsoMetrics;
  readonly clock: () => Date;
}
