/** The rows of the security table about access tokens. The overview is in security.test.ts. */
import { createPublicKey, createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from './drivers/driver.ts';
import { send, signUp, type SignedUp } from './http.ts';
import { accepted, answersTo, overEveryProtocol, closeClients, keySet, partOf } from './tokens.ts';

let jane: SignedUp;
beforeAll(async () => {
  jane = await signUp();
});
afterAll(closeClients);

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const me = (token: string) => send('GET /api/v1/auth/me', { token });
const refused = overEveryProtocol('TOKEN_INVALID');

describe('a forged token gets 401 over every protocol', () => {
  let header: Json;
  let claims: Json;
  beforeAll(() => {
    header = partOf(jane.accessToken, 0);
    claims = { ...partOf(jane.accessToken, 1), roles: ['customer', 'admin'] };
  });

  test('a genuine token is accepted', async () => {
    expect(await answersTo(jane.accessToken)).toEqual(accepted);
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

  test('a key that the header names (jku, jwk, x5u) is neither used nor fetched', async () => {
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

  test('a signed token whose exp, iss, aud or roles were changed', async () => {
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

  test('a refresh token used as an access token', async () => {
    expect(await answersTo(jane.refreshToken)).toEqual(refused);
  });

  test('1,000 tokens with unknown key ids', async () => {
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
