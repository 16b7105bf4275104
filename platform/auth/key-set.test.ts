import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createKeySet } from './key-set.ts';

let publicJwk: JWK;
let published: JSONWebKeySet;
let source: () => Promise<JSONWebKeySet>;
let reads: number;
let changes: number;
let find: ReturnType<typeof createKeySet>;

const setOf = (...kids: readonly string[]): JSONWebKeySet => {
  return { keys: kids.map((kid) => ({ ...publicJwk, kid, alg: 'EdDSA', use: 'sig' })) };
};

/** Whether the key set has the key, which it looks for as it does for a token. */
async function knows(kid: string): Promise<boolean> {
  const token = { payload: '', signature: '' };
  return Promise.resolve(find({ alg: 'EdDSA', kid }, token)).then(
    () => true,
    () => false,
  );
}

const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);

beforeAll(async () => {
  publicJwk = await exportJWK((await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })).publicKey);
});

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  published = setOf('k1');
  source = async () => published;
  reads = 0;
  changes = 0;
  const fetchJwks = () => {
    reads += 1;
    return source();
  };
  find = createKeySet({ fetchJwks }, { cacheSeconds: 30, onChange: () => void (changes += 1) });
  await knows('k1');
  pass(2);
});
afterEach(() => void vi.useRealTimers());

test('a key set that was read is read again in time also if the clock of the machine is set back', async () => {
  vi.setSystemTime(Date.now() - 3_600_000);
  published = setOf('k2');
  pass(28);
  expect(await knows('k1')).toBe(false);
  expect([await knows('k2'), changes]).toEqual([true, 1]);
});

test('a new key is known at once also if the clock of the machine is set back', async () => {
  vi.setSystemTime(Date.now() - 3_600_000);
  published = setOf('k2');
  expect([await knows('k2'), await knows('k1'), changes]).toEqual([true, false, 1]);
});

test('for a key that a replica of sso does not know yet the set is read again a second later', async () => {
  expect([await knows('k2'), reads]).toEqual([false, 2]);
  published = setOf('k2');
  pass(0.9);
  expect([await knows('k2'), reads]).toEqual([false, 2]);
  pass(0.1);
  expect([await knows('k2'), reads]).toEqual([true, 3]);
});

test('unknown kids that stay unknown cause two reads in any 30 s', async () => {
  const atSecond: number[] = [];
  for (let second = 0; second < 90; second += 1) {
    const before = reads;
    await knows(`x${second}`);
    if (reads > before) atSecond.push(second);
    pass(1);
  }
  expect(atSecond).toEqual([0, 1, 30, 31, 60, 61]);
});

test('keys that are replaced one after the other are known at once, while tokens of the former ones still come', async () => {
  for (const next of [2, 3, 4, 5]) {
    published = setOf(`k${next}`);
    expect(await knows(`k${next}`)).toBe(true);
    for (let second = 0; second < 5; second += 1) {
      pass(1);
      expect(await knows(`k${next - 1}`)).toBe(false);
    }
  }
  expect([reads, changes]).toEqual([5, 4]);
});

test('a former key set that comes back does not make the newer key a former one', async () => {
  published = setOf('k2');
  pass(30);
  expect(await knows('k1')).toBe(false);
  published = setOf('k1');
  pass(30);
  expect(await knows('k1')).toBe(true);
  published = setOf('k2');
  pass(1);
  expect(await knows('k2')).toBe(true);
});

test('reads that fail do not use up those of a new key', async () => {
  source = () => Promise.reject(new Error('down'));
  for (const _ of [1, 2]) {
    expect(await knows('k2')).toBe(false);
    pass(10);
  }
  expect(reads).toBe(3);
  source = async () => setOf('k1', 'k2');
  expect([await knows('k2'), reads]).toEqual([true, 4]);
});
