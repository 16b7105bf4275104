import { jwksCacheSeconds } from '../../platform/auth/token-rules.ts';
import type { SsoConfig } from '../config.ts';
import { accessTokenSeconds } from '../domain/tokens.ts';
import type { RotationRules } from './rotation.ts';

/** What verifiers' caches and tokens' lifetimes demand of a rotation. */
export function rotationRules(config: Pick<SsoConfig, 'signingKeyDays'>): RotationRules {
  return {
    activeSeconds: config.signingKeyDays * 86_400,
    publishSeconds: 2 * jwksCacheSeconds,
    verifySeconds: accessTokenSeconds + 2 * jwksCacheSeconds,
  };
}
