import type { SsoRepository } from '../../repository/index.ts';
import type { RotationRules } from './rules.ts';

/** What the verbs of the signing keys work with. */
export interface KeyDeps {
  readonly repository: Pick<SsoRepository, 'allKeys' | 'changingKeys'>;
  /** Seals the private keys. It is derived from JWT_SECRET. */
  readonly sealingKey: Uint8Array;
  readonly rules: RotationRules;
  readonly clock: () => Date;
}
