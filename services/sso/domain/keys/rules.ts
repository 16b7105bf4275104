import { jwksCacheSeconds } from '../../../../platform/auth/token-rules.ts';
import { accessTokenSeconds } from '../tokens.ts';

export interface RotationRules {
  /** A key signs this long. */
  readonly activeSeconds: number;
  /** Verifiers know a published key after this long at the latest. */
  readonly publishSeconds: number;
  /** A key that signs no more verifies this long: as long as its last token lives, and a bit. */
  readonly verifySeconds: number;
}

// A change passes the other replicas (10 s), caches of HTTP (30 s) and verifiers, who may fail to read it once.
const spreadSeconds = 4 * jwksCacheSeconds;

/** What verifiers' caches and tokens' lifetimes demand of a rotation. */
export function rotationRules({ signingKeyDays }: { readonly signingKeyDays: number }): RotationRules {
  return {
    activeSeconds: signingKeyDays * 86_400,
    publishSeconds: spreadSeconds,
    verifySeconds: accessTokenSeconds + spreadSeconds,
  };
}
