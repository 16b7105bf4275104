import type { JSONWebKeySet, JWK } from 'jose';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { makeServiceKeyPair } from './service-key-pair.ts';
import {
  createServiceTokenSigner,
  createServiceTokenVerifier,
  type ServiceTokenSigner,
  type ServiceTokenVerifier,
} from './service-token.ts';

export interface ServiceKeys {
  /** Each key's `kid` is its caller's name. */
  readonly publicJwks: JSONWebKeySet;
  /** @throws if this process does not have that caller's private key. */
  readonly signer: (caller: string) => ServiceTokenSigner;
  readonly verifier: () => ServiceTokenVerifier;
}

const jwkSchema = z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), kid: z.string() });
const privateJwkSchema = jwkSchema.extend({ d: z.string() });
const jwksSchema = z.object({ keys: z.array(jwkSchema) });

function serviceKeys(publicJwks: JSONWebKeySet, privateJwk: (caller: string) => JWK): ServiceKeys {
  return {
    publicJwks,
    signer: (caller) => createServiceTokenSigner({ caller, privateJwk: privateJwk(caller) }),
    verifier: () => createServiceTokenVerifier({ publicJwks }),
  };
}

/**
 * Makes keys that exist only in memory: for `all`, where services call only services of the same process, and for
 * tests.
 */
export function generateServiceKeys(callers: readonly string[]): ServiceKeys {
  const pairs = new Map(callers.map((caller) => [caller, makeServiceKeyPair(caller)] as const));
  return serviceKeys({ keys: [...pairs.values()].map(({ publicJwk }) => publicJwk) }, (caller) => {
    const pair = pairs.get(caller);
    if (pair === undefined) throw new Error(`there is no service key for ${caller} in this process`);
    return pair.privateJwk;
  });
}

/**
 * Reads `public.json` (a JWKS) from SERVICE_KEYS_DIR. `<caller>.json` (a private JWK) is read when a signer is made.
 */
export async function loadServiceKeys(dir: string): Promise<ServiceKeys> {
  const publicJwks = jwksSchema.parse(JSON.parse(await readFile(join(dir, 'public.json'), 'utf8')));
  return serviceKeys(publicJwks, (caller) =>
    privateJwkSchema.parse(JSON.parse(readFileSync(join(dir, `${caller}.json`), 'utf8'))),
  );
}
