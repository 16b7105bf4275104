import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { tokenAlgorithm } from '../../../../platform/auth/token-rules.ts';
import { open, seal } from './seal.ts';

export type KeyState = 'published' | 'active' | 'retired';

/** A row of `signing_keys`. */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  /** `published` verifies. `active` verifies and signs; only one key is active. `retired` does neither. */
  readonly state: KeyState;
  readonly publicJwk: { readonly kty: string; readonly crv: string; readonly x: string };
  readonly privateJwkSealed: string;
  readonly createdAt: Date;
  /** When it began to sign. */
  readonly activatedAt: Date | null;
  /** When it stopped signing. */
  readonly deactivatedAt: Date | null;
  /** When it stopped verifying. */
  readonly retiredAt: Date | null;
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

/** The private key as a JWK in JSON. @throws Error if JWT_SECRET is not the one with which it was sealed */
export function openKey(sealingKey: Uint8Array, key: SigningKey): string {
  try {
    return open(sealingKey, key.privateJwkSealed, key.kid);
  } catch (cause) {
    const why = 'JWT_SECRET is not the one with which it was sealed; set the former JWT_SECRET';
    throw new Error(`the signing key ${key.kid} can't be opened: ${why}`, { cause });
  }
}

/** Whether the key waits until verifiers know it, and then signs. */
export const isNext = (key: SigningKey): boolean => key.state === 'published' && key.deactivatedAt === null;
