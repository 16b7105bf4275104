import { importJWK, SignJWT, type CryptoKey, type JSONWebKeySet } from 'jose';
import { accessTokenType, tokenAlgorithm } from '../../../platform/auth/token-rules.ts';
import { keyRingSeconds } from '../domain/keys/rules.ts';
import { openKey, type SigningKey } from '../domain/keys/signing-key.ts';
import type { KeyRing } from '../ports.ts';

export interface ReloadableKeyRing extends KeyRing {
  /** Reads the keys again. Call it after a change of the keys. */
  readonly reload: () => Promise<void>;
}

export interface KeyRingOptions {
  /** Reads all keys that sign or verify. */
  readonly readKeys: () => Promise<readonly SigningKey[]>;
  readonly sealingKey: Uint8Array;
  readonly issuer: string;
}

interface Loaded {
  readonly jwks: JSONWebKeySet;
  readonly kid: string;
  readonly signer: CryptoKey;
}

/** After a failure the keys that were read last are used for this time, so that callers do not wait for each try. */
const retryAfterFailureMs = 10_000;

/** Caches the keys for a while. If the database is unavailable, it uses the keys that it read last. */
export function createKeyRing({ readKeys, sealingKey, issuer }: KeyRingOptions): ReloadableKeyRing {
  let loaded: Promise<Loaded> | undefined;
  let loadedAtMs = -Infinity;
  let retryAtMs = -Infinity;

  async function load(): Promise<Loaded> {
    const keys = await readKeys();
    const active = keys.find((key) => key.state === 'active');
    if (active === undefined) throw new Error('there is no active signing key; sso makes one when it starts');
    return { jwks: toKeySet(keys), kid: active.kid, signer: await importSigner(sealingKey, active) };
  }

  /** The keys, read again if they are as old as that. If that fails, the former ones. */
  function current(maxAgeMs = keyRingSeconds * 1000): Promise<Loaded> {
    const isOld = performance.now() - loadedAtMs >= maxAgeMs && performance.now() >= retryAtMs;
    if (loaded === undefined || isOld) {
      const before = loaded;
      loadedAtMs = performance.now();
      loaded = load().catch(async (error: unknown) => {
        const last = await before?.catch(() => undefined);
        if (last === undefined) loaded = undefined;
        if (last === undefined) throw error;
        retryAtMs = performance.now() + retryAfterFailureMs;
        return last;
      });
    }
    return loaded;
  }

  return {
    jwks: async () => (await current()).jwks,
    readJwks: async () => (await current(0)).jwks,
    sign: async (claims) => {
      const { kid, signer } = await current();
      const header = { alg: tokenAlgorithm, typ: accessTokenType, kid };
      return new SignJWT(claims).setProtectedHeader(header).setIssuer(issuer).sign(signer);
    },
    reload: async () => {
      loaded = undefined;
      await current();
    },
  };
}

function toKeySet(keys: readonly SigningKey[]): JSONWebKeySet {
  return {
    keys: keys.map(({ kid, publicJwk }) => ({ ...publicJwk, kid, use: 'sig', alg: tokenAlgorithm })),
  };
}

async function importSigner(sealingKey: Uint8Array, key: SigningKey): Promise<CryptoKey> {
  const signer = await importJWK(JSON.parse(openKey(sealingKey, key)), tokenAlgorithm);
  if (signer instanceof Uint8Array) throw new Error(`the signing key ${key.kid} is not an Ed25519 key`);
  return signer;
}
