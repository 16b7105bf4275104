import { generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';
import { tokenAlgorithm } from './token-rules.ts';

export interface ServiceKeyPair {
  readonly publicJwk: JWK & { readonly kid: string };
  readonly privateJwk: JWK & { readonly kid: string };
}

/** Makes an Ed25519 key pair for a caller; its `kid` is the caller's name. */
export function makeServiceKeyPair(caller: string): ServiceKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const marks = { kid: caller, alg: tokenAlgorithm, use: 'sig' };
  return {
    publicJwk: { ...publicKey.export({ format: 'jwk' }), ...marks },
    privateJwk: { ...privateKey.export({ format: 'jwk' }), ...marks },
  };
}
