import { jwksCacheSeconds } from '../../../../platform/auth/token-rules.ts';
import type { SsoConfig } from '../../config.ts';
import { accessTokenSeconds } from '../tokens.ts';
import type { RotationRules } from './rotate.ts';

// A change passes the other replicas (10 s), caches of HTTP (30 s) and verifiers, who may fail to read it once.
const spreadSeconds = 4 * jwksCacheSeconds;

/** What verifiers' caches and tokens' lifetimes demand of a rotation. */
export function rotationRules(config: Pick<SsoConfig, 'signingKeyDays'>): RotationRules {
  return {
    activeSeconds: config.signingKeyDays * 86_400,
    publishSeconds: spreadSeconds,
    verifySeconds: accessTokenSeconds + spreadSeconds,
  };
}
