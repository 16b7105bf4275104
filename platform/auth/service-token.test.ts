import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT, importJWK } from 'jose';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { generateServiceKeys, loadServiceKeys, type ServiceKeys } from './service-keys.ts';
import { writeServiceKeys } from './write-service-keys.ts';
import type { ServiceTokenVerifier } from './service-token.ts';

const use = { audience: 'ecommerce.wallet.internal.v1.FundsService', scope: 'Hold' };
let keys: ServiceKeys;
let verifier: ServiceTokenVerifier;

beforeAll(async () => {
  keys = generateServiceKeys(['worker', 'cart']);
  verifier = keys.verifier();
});

afterEach(() => vi.useRealTimers());

async function outcome(token: string, wanted = use): Promise<string> {
  try {
    return await verifier.verify(token, wanted);
  } catch (error) {
    return error instanceof AppError ? `${error.code} ${error.reason}` : String(error);
  }
}

const invalid = 'unauthenticated TOKEN_INVALID';

describe('a service token', () => {
  test('names its caller', async () => {
    expect(await outcome(await keys.signer('worker').sign(use))).toBe('worker');
  });

  test('has one spelling', async () => {
    expect(await outcome(`${await keys.signer('worker').sign(use)}==`)).toBe(invalid);
  });

  test('is valid for one service and method only, even after it was verified for that one', async () => {
    const token = await keys.signer('worker').sign(use);
    expect(await outcome(token)).toBe('worker');
    expect(await outcome(token, { ...use, scope: 'Capture' })).toBe(invalid);
    expect(await outcome(token, { ...use, audience: 'ecommerce.products.internal.v1.StockService' })).toBe(invalid);
  });

  test('expires after a minute, and its signer renews it earlier', async () => {
    const signer = keys.signer('worker');
    const first = await signer.sign(use);
    expect(await signer.sign(use)).toBe(first);
    vi.useFakeTimers({ now: Date.now() + 45_000, toFake: ['Date'] });
    expect(await signer.sign(use)).not.toBe(first);
    expect(await outcome(first)).toBe('worker');
    vi.setSystemTime(Date.now() + 45_000);
    expect(await outcome(first)).toBe('unauthenticated TOKEN_EXPIRED');
  });

  test('is renewed in time also if the clock of the machine is set back', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const signer = keys.signer('worker');
    const first = await signer.sign(use);
    vi.setSystemTime(Date.now() - 600_000);
    vi.advanceTimersByTime(45_000);
    expect(await signer.sign(use)).not.toBe(first);
  });

  test('is refused if another caller signed it, or if it is older than a minute', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'service-keys-'));
    writeServiceKeys(dir, ['cart']);
    const cart = await importJWK(JSON.parse(await readFile(join(dir, 'cart.json'), 'utf8')), 'EdDSA');
    verifier = (await loadServiceKeys(dir)).verifier();
    await rm(dir, { recursive: true });
    const forge = (issuer: string, life: string, header: object = {}) =>
      new SignJWT({ scope: 'Hold' })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'svc+jwt', kid: 'cart', ...header })
        .setIssuer(issuer)
        .setAudience(use.audience)
        .setIssuedAt(life === 'long' ? Math.floor(Date.now() / 1000) - 600 : undefined)
        .setExpirationTime('1h')
        .sign(cart);
    expect(await outcome(await forge('cart', 'short'))).toBe('cart');
    expect(await outcome(await forge('worker', 'short'))).toBe(invalid);
    expect(await outcome(await forge('worker', 'short', { kid: 'worker' }))).toBe(invalid);
    expect(await outcome(await forge('cart', 'short', { typ: 'at+jwt' }))).toBe(invalid);
    expect(await outcome(await forge('cart', 'long'))).toBe('unauthenticated TOKEN_EXPIRED');
    verifier = keys.verifier();
  });
});

describe('service keys', () => {
  test('written keys can be read again, and private ones only by their owner', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'service-keys-'));
    writeServiceKeys(dir, ['worker']);
    const loaded = await loadServiceKeys(dir);
    expect(await loaded.verifier().verify(await loaded.signer('worker').sign(use), use)).toBe('worker');
    expect((await stat(join(dir, 'worker.json'))).mode & 0o077).toBe(0);
    expect(await readFile(join(dir, 'public.json'), 'utf8')).not.toContain('"d"');
    await rm(dir, { recursive: true });
  });

  test('a second write adds only the callers that have no key', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'service-keys-'));
    expect(writeServiceKeys(dir, ['worker'])).toEqual(['worker']);
    const first = await readFile(join(dir, 'worker.json'), 'utf8');
    expect(writeServiceKeys(dir, ['worker', 'cart'])).toEqual(['cart']);
    expect(await readFile(join(dir, 'worker.json'), 'utf8')).toBe(first);
    const loaded = await loadServiceKeys(dir);
    for (const caller of ['worker', 'cart'])
      expect(await loaded.verifier().verify(await loaded.signer(caller).sign(use), use)).toBe(caller);
    expect(writeServiceKeys(dir, ['worker', 'cart'])).toEqual([]);
    await rm(dir, { recursive: true });
  });

  test('a process cannot sign for a caller whose key it does not have', () => {
    expect(() => keys.signer('nobody')).toThrow('no service key');
  });
});
