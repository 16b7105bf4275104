import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  createServiceTokenSigner,
  createServiceTokenVerifier,
  type ServiceTokenSigner,
  type ServiceTokenVerifier,
} from './service-token.ts';
import { tokenAlgorithm } from './token-rules.ts';

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

async function generatePair(caller: string): Promise<{ publicJwk: JWK; privateJwk: JWK }> {
  const pair = await generateKeyPair(tokenAlgorithm, { crv: 'Ed25519', extractable: true });
  const common = { kid: caller, alg: tokenAlgorithm, use: 'sig' };
  return {
    publicJwk: { ...(await exportJWK(pair.publicKey)), ...common },
    privateJwk: { ...(await exportJWK(pair.privateKey)), ...common },
  };
}

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
export async function generateServiceKeys(callers: readonly string[]): Promise<ServiceKeys> {
  const pairs = new Map(
    await Promise.all(callers.map(async (caller) => [caller, await generatePair(caller)] as const)),
  );
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

/**
 * Writes a key for each caller that has none yet, in the form that `loadServiceKeys` reads. Only the owner may read private
 * files. The public keys are written last.
 * @returns the callers that got one
 */
export async function writeServiceKeys(dir: string, callers: readonly string[]): Promise<readonly string[]> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const known = existsSync(join(dir, 'public.json')) ? (await loadServiceKeys(dir)).publicJwks.keys : [];
  const without = callers.filter((caller) => !known.some(({ kid }) => kid === caller));
  const pairs = await Promise.all(without.map(generatePair));
  for (const { privateJwk } of pairs) {
    await writeFile(join(dir, `${privateJwk.kid}.json`), JSON.stringify(privateJwk, undefined, 2), { mode: 0o600 });
  }
  const publicJwks = { keys: [...known, ...pairs.map(({ publicJwk }) => publicJwk)] };
  if (without.length > 0) await writeFile(join(dir, 'public.json'), JSON.stringify(publicJwks, undefined, 2));
  return without;
}
