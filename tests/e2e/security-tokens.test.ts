/** Rows of the security table about access tokens; security.test.ts has the overview. */
import { createPublicKey, createHmac, randomUUID, type JsonWebKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cliJson } from './drivers/cli.ts';
import { connectJsonDriver } from './drivers/connect-json.ts';
import { CallError, type Driver, type Json } from './drivers/driver.ts';
import { grpcWebDriver } from './drivers/grpc-web.ts';
import { grpcDriver } from './drivers/grpc.ts';
import { restDriver } from './drivers/rest.ts';
import { send, signUp, type SignedUp } from './http.ts';
import { eventually } from './shop.ts';

const drivers: readonly Driver[] = [restDriver(), connectJsonDriver(), grpcDriver(), grpcWebDriver()];
let jane: SignedUp;
beforeAll(async () => {
  jane = await signUp();
});
afterAll(async () => {
  await Promise.all(drivers.map((driver) => driver.close()));
});

const kidOf = (token: string) => (partOf(token, 0) as { kid: string }).kid;
const partOf = (token: string, index: number) =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as Json;
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const me = (token: string) => send('GET /api/v1/auth/me', { token });
const keySet = async () =>
  (await send('GET /.well-known/jwks.json')).json as unknown as { keys: (JsonWebKey & { kid: string })[] };

/** The answers that a token gets at every door. */
async function answersTo(token: string): Promise<Record<string, string>> {
  const answers = drivers.map(async (driver): Promise<[string, string]> => {
    const answer = await driver.call('ecommerce.sso.v1.AuthService/GetMe', {}, token).then(
      () => 'accepted',
      (error: unknown) => (error instanceof CallError ? `${error.code} ${error.reason}` : String(error)),
    );
    return [driver.name, answer];
  });
  return Object.fromEntries(await Promise.all(answers));
}

const refused = {
  REST: '401 TOKEN_INVALID',
  'Connect JSON': 'unauthenticated TOKEN_INVALID',
  gRPC: 'UNAUTHENTICATED TOKEN_INVALID',
  'gRPC-Web': 'Unauthenticated TOKEN_INVALID',
};

describe('a token that is not ours is 401 at every door', () => {
  let header: Json;
  let claims: Json;
  beforeAll(() => {
    header = partOf(jane.accessToken, 0);
    claims = { ...partOf(jane.accessToken, 1), roles: ['customer', 'admin'] };
  });

  test('the genuine one is accepted', async () => {
    expect(new Set(Object.values(await answersTo(jane.accessToken)))).toEqual(new Set(['accepted']));
  });

  test('alg:none', async () => {
    for (const alg of ['none', 'None', ''])
      expect(await answersTo(`${encoded({ ...header, alg })}.${encoded(claims)}.`)).toEqual(refused);
  });

  test('HS256 signed with the public key', async () => {
    const [key] = (await keySet()).keys;
    if (key === undefined) throw new Error('the key set is empty');
    const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const body = `${encoded({ ...header, alg: 'HS256' })}.${encoded(claims)}`;
    for (const secret of [pem, JSON.stringify(key), Buffer.from(key.x ?? '', 'base64url')]) {
      expect(await answersTo(`${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`)).toEqual(
        refused,
      );
    }
  });

  test('jku/jwk header: a key brought along is neither used nor fetched', async () => {
    const mine = await generateKeyPair('EdDSA', { extractable: true });
    const jwk = { ...(await exportJWK(mine.publicKey)), kid: 'mine', alg: 'EdDSA', use: 'sig' };
    let fetched = 0;
    const server = createServer((_, response) => {
      fetched += 1;
      response.end(JSON.stringify({ keys: [jwk] }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const jku = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    for (const extra of [{ jku }, { jwk }, { jku, kid: 'mine' }, { jwk, kid: 'mine' }, { x5u: jku }]) {
      const forged = new SignJWT(claims).setProtectedHeader({ ...header, ...extra, alg: 'EdDSA' });
      expect(await answersTo(await forged.sign(mine.privateKey))).toEqual(refused);
    }
    server.close();
    expect(fetched).toBe(0);
  });

  test('expired, wrong iss or aud, another user or role: nothing of a signed token can be changed', async () => {
    const [first = '', , signature = ''] = jane.accessToken.split('.');
    const genuine = partOf(jane.accessToken, 1);
    for (const change of [
      { exp: 4_102_444_800 },
      { exp: 1 },
      { iss: 'other' },
      { aud: 'other' },
      { roles: ['admin'] },
    ]) {
      expect(await answersTo(`${first}.${encoded({ ...genuine, ...change })}.${signature}`)).toEqual(refused);
    }
  });

  test('refresh token used as access token', async () => {
    expect(await answersTo(jane.refreshToken)).toEqual(refused);
  });

  test('1,000 unknown kids', async () => {
    const mine = await generateKeyPair('EdDSA');
    const answers = new Map<string, number>();
    for (let batch = 0; batch < 50; batch++) {
      const sent = Array.from({ length: 20 }, async () => {
        const forged = new SignJWT(claims).setProtectedHeader({ ...header, alg: 'EdDSA', kid: randomUUID() });
        const { is } = await me(await forged.sign(mine.privateKey));
        answers.set(is, (answers.get(is) ?? 0) + 1);
      });
      await Promise.all(sent);
    }
    expect([...answers]).toEqual([['401 TOKEN_INVALID', 1000]]);
    expect((await me((await signUp()).accessToken)).status).toBe(200);
  });
});

interface Key {
  readonly kid: string;
  readonly state: string;
}

test('signing-key rotation: the next key is published before it signs, and no token is lost', async () => {
  const old = await signUp();
  const rotated = await cliJson<Key[]>('keys', 'rotate');
  const next = rotated.find(({ state }) => state === 'next');
  expect(rotated.filter(({ state }) => state === 'signing').map(({ kid }) => kid)).toEqual([kidOf(old.accessToken)]);
  const { keys } = await eventually('the next key in the key set', keySet, (set) =>
    set.keys.some(({ kid }) => kid === next?.kid),
  );
  expect(keys.some((key) => 'd' in key)).toBe(false);
  const fresh = await signUp();
  for (const { accessToken } of [old, fresh]) expect((await me(accessToken)).status).toBe(200);
  expect((await send('POST /api/v1/auth/refresh', { body: { refreshToken: old.refreshToken } })).status).toBe(200);
  const states = (list: readonly Key[]) => list.map(({ kid, state }) => `${kid} ${state}`);
  expect(states(await cliJson<Key[]>('keys', 'list'))).toEqual(states(rotated));
  expect(states(await cliJson<Key[]>('keys', 'rotate'))).toEqual(states(rotated));
});
