import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createKey } from '../domain/keys/signing-key.ts';
import { createSsoSuite, refusal, type SsoSuite } from '../testing/suite.ts';
import { createKeyRing } from './key-ring.ts';

let sso: SsoSuite;
beforeAll(async () => {
  sso = await createSsoSuite();
});
afterAll(() => sso.close());

const kidOf = (token: string) => decodeProtectedHeader(token).kid;
const kids = (set: JSONWebKeySet) => set.keys.map((key) => key.kid);

async function maintain(): Promise<void> {
  const replica = sso.build();
  await replica.service.start?.();
  await replica.service.stop?.();
}

describe('the key set', () => {
  test('has only public keys, and may be cached for 30 s', async () => {
    const answer = await sso.http.request('/.well-known/jwks.json');
    expect(answer.headers.get('cache-control')).toContain('max-age=30');
    const set = (await answer.json()) as JSONWebKeySet;
    expect(set.keys).toHaveLength(1);
    expect(set.keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' });
    expect(set.keys[0]).not.toHaveProperty('d');
  });

  test('is the same for replicas that start at the same time', async () => {
    const other = await createSsoSuite();
    await other.database.db.execute(sql`delete from sso.signing_keys`);
    const replicas = Array.from({ length: 5 }, () => other.build());
    await Promise.all(replicas.map(async (replica) => replica.service.start?.()));
    const sets = await Promise.all(replicas.map((replica) => replica.service.jwks()));
    expect(new Set(sets.map((set) => JSON.stringify(set))).size).toBe(1);
    expect(sets[0]?.keys).toHaveLength(1);
    await Promise.all(replicas.map(async (replica) => replica.service.stop?.()));
    await other.close();
  });
});

test('while the database is away the last keys are used, and it is not asked again by each caller', async () => {
  const sealingKey = randomBytes(32);
  const key = await createKey(sealingKey, 'active', new Date());
  let reads = 0;
  const readKeys = () => (++reads === 1 ? Promise.resolve([key]) : Promise.reject(new Error('down')));
  const ring = createKeyRing({ readKeys, sealingKey, issuer: 'sso' });
  expect(kids(await ring.jwks())).toEqual([key.kid]);
  for (let call = 0; call < 3; call++) expect(kids(await ring.readJwks())).toEqual([key.kid]);
  expect(reads).toBe(2);
});

test('a change of the keys is seen in time also if the clock of the machine is set back', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const sealingKey = randomBytes(32);
  const [before, after] = [
    await createKey(sealingKey, 'active', new Date()),
    await createKey(sealingKey, 'active', new Date()),
  ];
  let active = before;
  const ring = createKeyRing({ readKeys: async () => [active], sealingKey, issuer: 'sso' });
  expect(kids(await ring.jwks())).toEqual([before.kid]);
  active = after;
  vi.setSystemTime(Date.now() - 60_000);
  vi.advanceTimersByTime(10_001);
  expect(kids(await ring.jwks())).toEqual([after.kid]);
});

describe('private keys', () => {
  test('are sealed with JWT_SECRET: with another secret the service does not start and says why', async () => {
    const replica = sso.build({ JWT_SECRET: 'another-secret-with-more-than-32-characters' });
    await expect(replica.service.start?.()).rejects.toThrow('JWT_SECRET');
  });

  test('are not changed by a service with another JWT_SECRET, even when a rotation is due', async () => {
    const before = await sso.service.jwks();
    sso.clock.now = new Date(Date.now() + 31 * 86_400_000);
    const replica = sso.build({ JWT_SECRET: 'another-secret-with-more-than-32-characters' });
    await expect(replica.service.start?.()).rejects.toThrow('JWT_SECRET');
    expect(await sso.build().service.jwks()).toEqual(before);
  });
});

describe('rotation', () => {
  test('publishes the next key before it signs, and keeps the old one until its tokens have expired', async () => {
    sso.clock.now = new Date();
    const [first] = kids(await sso.service.jwks());
    sso.pass(31 * 86_400);
    await maintain();
    const replica = sso.build();
    const [, second] = kids(await replica.service.jwks());
    expect(kids(await replica.service.jwks())).toEqual([first, second]);
    const signedBy = async () => kidOf((await sso.build().auth.register(await person())).tokens?.accessToken ?? '');
    expect(await signedBy()).toBe(first);

    sso.pass(121);
    await maintain();
    expect(await signedBy()).toBe(second);
    expect(kids(await sso.build().service.jwks())).toEqual([first, second]);

    sso.pass(900 + 121);
    await maintain();
    expect(kids(await sso.build().service.jwks())).toEqual([second]);
  });

  test('of a leaked key makes its tokens invalid and signs with another key', async () => {
    sso.clock.now = new Date();
    const other = await createSsoSuite();
    const { tokens } = await other.register();
    await other.service.rotateSigningKey('now');
    const fresh = await other.register();
    expect(kidOf(fresh.tokens.accessToken)).not.toBe(kidOf(tokens.accessToken));
    const replica = other.build();
    const answer = (accessToken: string) => refusal(replica.auth.validateToken({ accessToken }));
    expect(await answer(tokens.accessToken)).toBe('unauthenticated TOKEN_INVALID');
    expect(await answer(fresh.tokens.accessToken)).toBe('ok');
    await other.close();
  });
});

async function person() {
  return { email: `${crypto.randomUUID()}@example.com`, password: 'correct horse' };
}
