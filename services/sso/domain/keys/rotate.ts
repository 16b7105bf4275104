import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { tokenAlgorithm } from '../../../../platform/auth/token-rules.ts';
import type { KeyStatements } from '../../repository/keys.ts';
import { open, seal } from './seal.ts';
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
    retiredAt: null,
  };
}

/** The private key as a JWK in JSON. @throws if JWT_SECRET is not the one it was sealed with */
export function openKey(sealingKey: Uint8Array, key: SigningKey): string {
  try {
    return open(sealingKey, key.privateJwkSealed, key.kid);
  } catch (cause) {
    throw new Error(`the signing key ${key.kid} can't be opened: JWT_SECRET is not the one it was sealed with`, {
      cause,
    });
  }
}

/** It waits to sign: verifiers are getting to know it. */
export const isNext = (key: SigningKey): boolean => key.state === 'published' && key.deactivatedAt === null;

/**
 * `graceful`: the next key is published now and signs once verifiers know it; the old one verifies until its tokens
 * have expired. `now`: for a key that has leaked; its tokens end when verifiers next read the key set. `new_secret`:
 * the same where JWT_SECRET is another than the keys were sealed with.
 */
export type RotationMode = 'graceful' | 'now' | 'new_secret';

/**
 * Begins a rotation, under the keys' lock. A graceful one that is under way already is gone on with.
 * @returns the kid that signs then
 * @throws if JWT_SECRET is not that of the service: it could not open what is made here
 */
export async function rotate(
  repository: KeyStatements,
  sealingKey: Uint8Array,
  mode: RotationMode,
  now: Date,
): Promise<string> {
  const keys = await repository.usableKeys();
  if (mode !== 'new_secret') for (const key of keys) openKey(sealingKey, key);
  const next = keys.find(isNext);
  if (mode === 'graceful' && next !== undefined) return next.kid;
  const hasActive = keys.some((key) => key.state === 'active');
  const key = await createKey(sealingKey, mode === 'graceful' && hasActive ? 'published' : 'active', now);
  if (mode !== 'graceful') await repository.retireAll(now);
  await repository.insertKey(key);
  return key.kid;
}

/**
 * Does what is due now, under the keys' lock: makes the first key; publishes the next one when the active one is old;
 * lets it sign once every verifier has seen it; retires the old one when its last token has expired.
 * @throws if JWT_SECRET is not that of the keys that are there
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
  // Who can't open them would add one that nobody else can.
  for (const key of keys) openKey(sealingKey, key);
  const active = keys.find((key) => key.state === 'active');
  const next = keys.find(isNext);
  if (active === undefined) return repository.insertKey(await createKey(sealingKey, 'active', now));
  for (const key of keys) if (isPast(key.deactivatedAt, rules.verifySeconds)) await repository.retireKey(key.kid, now);
  if (next !== undefined && isPast(next.createdAt, rules.publishSeconds)) {
    await repository.deactivateKey(active.kid, now);
    await repository.activateKey(next.kid, now);
  } else if (next === undefined && isPast(active.activatedAt, rules.activeSeconds)) {
    await repository.insertKey(await createKey(sealingKey, 'published', now));
  }
}
