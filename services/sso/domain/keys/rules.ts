import { jwksCacheSeconds, jwksCooldownSeconds } from '../../../../platform/auth/token-rules.ts';
import { accessTokenSeconds } from '../tokens.ts';

export interface RotationRules {
  /** For how long a key signs. */
  readonly activeSeconds: number;
  /** After this time every verifier knows a published key. */
  readonly publishSeconds: number;
  /** For how long a key still verifies after it has signed: the life of its last token and a margin. */
  readonly verifySeconds: number;
}

/** After this time a replica sees a change of the keys by another one. Then it signs with the new key. */
export const keyRingSeconds = 1;

/** After this time every replica signs with a key that replaced others at once, and every verifier accepts its tokens. */
export const replacedSeconds = keyRingSeconds + jwksCooldownSeconds;

// A change reaches verifiers through the other replicas (1 s), HTTP caches (30 s) and their next read, which may fail
// once.
const spreadSeconds = 4 * jwksCacheSeconds;

/** The times of a rotation, from the caches of verifiers and the life of access tokens. */
export function rotationRules({ signingKeyDays }: { readonly signingKeyDays: number }): RotationRules {
  return {
    activeSeconds: signingKeyDays * 86_400,
    publishSeconds: spreadSeconds,
    verifySeconds: accessTokenSeconds + spreadSeconds,
  };
}
