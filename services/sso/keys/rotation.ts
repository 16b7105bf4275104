import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { tokenAlgorithm } from '../../platform/auth/token-rules.ts';
import type { KeyStatements } from '../repository/keys.ts';
import { seal } from './seal.ts';
import type { KeyState, SigningKey } from './signing-key.ts';

export interface RotationRules {
  /** A key signs this long. */
  readonly activeSeconds: number;
  /** Verifiers know a published key after this long at the latest. */
  readonly publishSeconds: number;
  /** A key that signs no more verifies this long: as long as its last token lives, and a bit. */
  readonly verifySeconds: number;
}

const publicJwk = z.object({ kty: z.string(), crv: z.string(), x: z.string() });

/** A new Ed25519 key, its private part sealed. */
export async function createKey(sealingKey: Uint8Array, state: KeyState, now: Date): Promise<SigningKey> {
  const pair = await generateKeyPair(tokenAlgorithm, { extractable: true });
  const kid = await calculateJwkThumbprint(await exportJWK(pair.publicKey));
  return {
    kid,
    state,
    publicJwk: publicJwk.parse(await exportJWK(pair.publicKey)),
    privateJwkSealed: seal(sealingKey, JSON.stringify(await exportJWK(pair.privateKey)), kid),
    createdAt: now,
    activatedAt: state === 'active' ? now : null,
    deactivatedAt: null,
  };
}

/**
 * Does what is due now, under the keys' lock: makes the first key; publishes the next one when the active one is old;
 * lets it sign once every verifier has seen it; retires the old one when its last token has expired.
 */
export async function advance(
  repository: KeyStatements,
  sealingKey: Uint8Array,
  rules: RotationRules,
  now: Date,
): Promise<void> {
  const isPast = (since: Date | null, seconds: number) =>
    since !== null && now.getTime() - since.getTime() >= seconds * 1000;
  const keys = await repository.usableKeys();
  const active = keys.find((key) => key.state === 'active');
  const next = keys.find((key) => key.state === 'published' && key.deactivatedAt === null);
  if (active === undefined) return repository.insertKey(await createKey(sealingKey, 'active', now));
  for (const key of keys) if (isPast(key.deactivatedAt, rules.verifySeconds)) await repository.retireKey(key.kid, now);
  if (next !== undefined && isPast(next.createdAt, rules.publishSeconds)) {
    await repository.deactivateKey(active.kid, now);
    await repository.activateKey(next.kid, now);
  } else if (next === undefined && isPast(active.activatedAt, rules.activeSeconds)) {
    await repository.insertKey(await createKey(sealingKey, 'published', now));
  }
}
