import { importJWK, SignJWT, type CryptoKey, type JSONWebKeySet, type JWTPayload } from 'jose';
import { accessTokenType, tokenAlgorithm } from '../../../platform/auth/token-rules.ts';
import type { SsoRepository } from '../repository/index.ts';
import { advance, openKey, rotate, type RotationMode, type RotationRules } from '../domain/keys/rotate.ts';
import type { SigningKey } from '../domain/keys/signing-key.ts';

export interface KeyRing {
  /** The keys that tokens may be signed with, now or lately or soon. */
  readonly jwks: () => Promise<JSONWebKeySet>;
  /** A JWT with these claims and the issuer. */
  readonly sign: (claims: JWTPayload) => Promise<string>;
  /** Makes the first key, or moves a rotation on if it is time; replicas may do it at once. */
  readonly maintain: () => Promise<void>;
  /** See `rotate` in rotation.ts. */
  readonly rotate: (mode: RotationMode) => Promise<void>;
}

export interface KeyRingOptions {
  readonly repository: SsoRepository;
  readonly sealingKey: Uint8Array;
  readonly issuer: string;
  readonly rules: RotationRules;
  readonly clock: () => Date;
}

interface Loaded {
  readonly atMs: number;
  readonly jwks: JSONWebKeySet;
  readonly kid: string;
  readonly signer: CryptoKey;
}

/** Other replicas rotate too: what they did is seen after this time. */
const reloadMs = 10_000;

export function createKeyRing(options: KeyRingOptions): KeyRing {
  const { repository, sealingKey, issuer, rules, clock } = options;
  let loaded: Promise<Loaded> | undefined;
  let loadedAtMs = -Infinity;

  async function load(): Promise<Loaded> {
    const keys = await repository.usableKeys();
    const active = keys.find((key) => key.state === 'active');
    if (active === undefined) throw new Error('sso has no active signing key: it makes one at start');
    return { atMs: Date.now(), jwks: toKeySet(keys), kid: active.kid, signer: await importSigner(sealingKey, active) };
  }

  /** The last good state serves on while the database is away. */
  function current(): Promise<Loaded> {
    if (loaded === undefined || Date.now() - loadedAtMs > reloadMs) {
      const before = loaded;
      loadedAtMs = Date.now();
      loaded = load().catch(async (error: unknown) => {
        const last = await before?.catch(() => undefined);
        if (last === undefined) loaded = undefined;
        if (last !== undefined) return last;
        throw error;
      });
    }
    return loaded;
  }

  async function change(work: () => Promise<void>): Promise<void> {
    await work();
    loaded = undefined;
    await current();
  }

  return {
    jwks: async () => (await current()).jwks,
    sign: async (claims) => {
      const { kid, signer } = await current();
      const header = { alg: tokenAlgorithm, typ: accessTokenType, kid };
      return new SignJWT(claims).setProtectedHeader(header).setIssuer(issuer).sign(signer);
    },
    maintain: () => change(() => repository.changingKeys((keys) => advance(keys, sealingKey, rules, clock()))),
    rotate: (mode) =>
      change(() =>
        repository.changingKeys(async (keys) => {
          await rotate(keys, sealingKey, mode, clock());
        }),
      ),
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
