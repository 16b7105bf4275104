import { generateKeyPairSync, createHmac, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JSONWebKeySet, type JWK } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { createAccessTokenVerifier, type AccessTokenVerifier } from './access-token.ts';

const sub = crypto.randomUUID();
let keys: { publicKey: CryptoKey; privateKey: CryptoKey };
let jwk: JWK;
let jwks: JSONWebKeySet;
let fetches: number;
let verifier: AccessTokenVerifier;

async function makeKey(kid: string) {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return { ...pair, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg: 'EdDSA', use: 'sig' } };
}

beforeAll(async () => {
  const made = await makeKey('k1');
  keys = made;
  jwk = made.jwk;
});

beforeEach(() => {
  jwks = { keys: [jwk] };
  fetches = 0;
  verifier = createAccessTokenVerifier({
    issuer: 'sso',
    fetchJwks: () => {
      fetches++;
      return Promise.resolve(jwks);
    },
  });
});

afterEach(() => vi.useRealTimers());

interface Changes {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: CryptoKey | Uint8Array | KeyObject;
}

function sign({ header, claims, key }: Changes = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    iss: 'sso',
    aud: 'ecommerce',
    sub,
    roles: ['customer'],
    sid: 's',
    iat: now,
    exp: now + 300,
    ...claims,
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'k1', ...header })
    .sign(key ?? keys.privateKey);
}

async function outcome(token: string): Promise<string> {
  try {
    await verifier.verify(token);
    return 'accepted';
  } catch (error) {
    return error instanceof AppError ? `${error.code} ${error.reason}` : String(error);
  }
}

const invalid = 'unauthenticated TOKEN_INVALID';

function unsigned(header: object, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.`;
}

test('a genuine token names its user, roles and session', async () => {
  expect(await verifier.verify(await sign())).toMatchObject({ userId: sub, roles: ['customer'], sessionId: 's' });
});

describe('a forged or foreign token is refused', () => {
  const claims = { iss: 'sso', aud: 'ecommerce', sub, roles: ['admin'], sid: 's', iat: 1, exp: 9_999_999_999 };

  test('alg none', async () => {
    expect(await outcome(unsigned({ alg: 'none', typ: 'at+jwt' }, claims))).toBe(invalid);
    expect(await outcome(unsigned({ alg: 'none', typ: 'at+jwt', kid: 'k1' }, claims))).toBe(invalid);
  });

  test('HS256 signed with the public key, in each form an attacker could have it', async () => {
    const body = unsigned({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' }, claims).slice(0, -1);
    const secrets = [await exportSPKI(keys.publicKey), JSON.stringify(jwk), Buffer.from(jwk.x ?? '', 'base64url')];
    for (const secret of secrets) {
      const signature = createHmac('sha256', secret).update(body).digest('base64url');
      expect(await outcome(`${body}.${signature}`)).toBe(invalid);
    }
  });

  test('the attacker’s key, sent as jwk or jku, or under a known kid', async () => {
    const mine = await makeKey('k1');
    expect(await outcome(await sign({ key: mine.privateKey }))).toBe(invalid);
    expect(await outcome(await sign({ key: mine.privateKey, header: { jwk: mine.jwk } }))).toBe(invalid);
    const server = createServer((_, response) => response.end(JSON.stringify({ keys: [mine.jwk] })));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const jku = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    for (const header of [{ jku }, { x5u: jku }, { jku, jwk: mine.jwk }]) {
      expect(await outcome(await sign({ key: mine.privateKey, header }))).toBe(invalid);
    }
    server.close();
  });

  test('a genuine token in another spelling: padding, other bits at the end, the other alphabet', async () => {
    const token = await sign();
    // 64 bytes leave four bits of the last character without a meaning.
    const next = String.fromCharCode(token.charCodeAt(token.length - 1) + 1);
    const plain = (part: string) => part.replaceAll('-', '+').replaceAll('_', '/');
    for (const other of [`${token}=`, `${token}==`, `${token.slice(0, -1)}${next}`, `${token}.`]) {
      expect(await outcome(other), other.slice(-4)).toBe(invalid);
    }
    const signed = await Promise.all(
      Array.from({ length: 20 }, (_, index) => sign({ claims: { sid: String(index) } })),
    );
    const others = signed.filter((each) => plain(each) !== each).map((each) => outcome(plain(each)));
    expect(new Set(await Promise.all(others))).toEqual(new Set([invalid]));
    expect(await outcome(token)).toBe('accepted');
  });

  test('another algorithm, even with a key that is in the set', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    jwks = { keys: [{ ...(await exportJWK(rsa.publicKey)), kid: 'k1' }] };
    expect(await outcome(await sign({ key: rsa.privateKey, header: { alg: 'RS256' } }))).toBe(invalid);
  });

  test.each<[string, Changes]>([
    ['another issuer', { claims: { iss: 'other' } }],
    ['another audience', { claims: { aud: 'other' } }],
    ['another type, as a refresh token would be', { header: { typ: 'rt+jwt' } }],
    ['no type', { header: { typ: undefined } }],
    ['no subject', { claims: { sub: undefined } }],
    ['no expiry', { claims: { exp: undefined } }],
    ['roles that are not a list', { claims: { roles: 'admin' } }],
    ['not valid yet', { claims: { nbf: 9_999_999_999 } }],
    ['an unknown critical header', { header: { crit: ['x'], x: 1 } }],
  ])('%s', async (_, changes) => {
    const token = await sign(changes).catch(() => unsigned({ alg: 'EdDSA' }, {}));
    expect(await outcome(token)).toBe(invalid);
  });

  test.each(['', 'x', 'a.b.c', '..', 'a'.repeat(10_000)])('rubbish', async (token) => {
    expect(await outcome(token)).toBe(invalid);
  });
});

describe('time', () => {
  test('an expired token is refused as expired, even if it was verified before', async () => {
    const token = await sign({ claims: { exp: Math.floor(Date.now() / 1000) + 5 } });
    expect(await outcome(token)).toBe('accepted');
    vi.useFakeTimers({ now: Date.now() + 6000, toFake: ['Date'] });
    expect(await outcome(token)).toBe('unauthenticated TOKEN_EXPIRED');
  });
});

describe('keys', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));

  test('1,000 unknown kids cause one read of the key set at once, and two in 30 s', async () => {
    await verifier.verify(await sign());
    vi.advanceTimersByTime(2000);
    const tokens = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => sign({ header: { kid: `x${index}` } })),
    );
    const outcomes = new Set(await Promise.all(tokens.map(outcome)));
    expect([[...outcomes], fetches]).toEqual([[invalid], 2]);
    expect(await outcome(tokens[0] ?? '')).toBe(invalid);
    expect(fetches).toBe(2);
    for (let second = 1; second < 28; second += 1) {
      vi.advanceTimersByTime(1000);
      await Promise.all(tokens.slice(second, second + 20).map(outcome));
    }
    expect(fetches).toBe(3);
  });

  test('when a leaked key is replaced, the first token of the new key is accepted, and ends those of the old one', async () => {
    const next = await makeKey('k2');
    const old = await sign();
    expect(await outcome(old)).toBe('accepted');
    jwks = { keys: [next.jwk] };
    vi.advanceTimersByTime(1100);
    expect(await outcome(old)).toBe('accepted');
    expect(await outcome(await sign({ key: next.privateKey, header: { kid: 'k2' } }))).toBe('accepted');
    expect(await outcome(old)).toBe(invalid);
  });

  test('while the key set cannot be read, unknown kids do not try it again and again', async () => {
    let tries = 0;
    let up = true;
    verifier = createAccessTokenVerifier({
      issuer: 'sso',
      fetchJwks: () => {
        tries++;
        return up ? Promise.resolve(jwks) : Promise.reject(new Error('down'));
      },
    });
    const token = await sign();
    expect(await outcome(token)).toBe('accepted');
    up = false;
    for (const second of [2, 4, 6, 8, 10]) {
      vi.advanceTimersByTime(2000);
      expect(await outcome(await sign({ header: { kid: `x${second}` } }))).toBe(invalid);
    }
    expect([await outcome(token), tries]).toEqual(['accepted', 2]);
  });

  test('after a rotation old and new tokens are accepted; a retired key is refused within 45 s', async () => {
    const next = await makeKey('k2');
    const old = await sign();
    expect(await outcome(old)).toBe('accepted');
    jwks = { keys: [jwk, next.jwk] };
    vi.advanceTimersByTime(31_000);
    expect(await outcome(await sign({ key: next.privateKey, header: { kid: 'k2' } }))).toBe('accepted');
    expect(await outcome(old)).toBe('accepted');
    jwks = { keys: [next.jwk] };
    vi.advanceTimersByTime(45_000);
    expect(await outcome(old)).toBe(invalid);
  });

  test('an outage of the key set after it was read signs nobody out', async () => {
    let up = true;
    verifier = createAccessTokenVerifier({
      issuer: 'sso',
      fetchJwks: () => (up ? Promise.resolve(jwks) : Promise.reject(new Error('down'))),
    });
    const token = await sign();
    expect(await outcome(token)).toBe('accepted');
    up = false;
    vi.advanceTimersByTime(120_000);
    expect(await outcome(token)).toBe('accepted');
  });

  test('the key set is asked for again in time also if the clock of the machine is set back', async () => {
    let up = false;
    verifier = createAccessTokenVerifier({
      issuer: 'sso',
      fetchJwks: () => (up ? Promise.resolve(jwks) : Promise.reject(new Error('down'))),
    });
    expect(await outcome(await sign())).toBe('unavailable JWKS_UNAVAILABLE');
    up = true;
    vi.setSystemTime(Date.now() - 60_000);
    vi.advanceTimersByTime(2000);
    expect(await outcome(await sign())).toBe('accepted');
  });

  test('if the key set was never read, the answer is unavailable, not 401', async () => {
    verifier = createAccessTokenVerifier({ issuer: 'sso', fetchJwks: () => Promise.reject(new Error('down')) });
    expect(await outcome(await sign())).toBe('unavailable JWKS_UNAVAILABLE');
    expect(await outcome(await sign())).toBe('unavailable JWKS_UNAVAILABLE');
  });
});
