/** The row of the security table about the rotation of signing keys. The overview is in security.test.ts. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import { cliJson } from './drivers/cli.ts';
import { send, signUp } from './http.ts';
import { accepted, answersTo, overEveryProtocol, closeClients, keySet, kidOf } from './tokens.ts';

afterAll(closeClients);

interface Key {
  readonly kid: string;
  readonly state: string;
}

const states = (list: readonly Key[]) => list.map(({ kid, state }) => `${kid} ${state}`);
const kids = async () => (await keySet()).keys.map(({ kid }) => kid);
const refresh = (refreshToken: string) => send('POST /api/v1/auth/refresh', { body: { refreshToken } });

describe('signing-key rotation', () => {
  test('old and new tokens are accepted, because the next key is published before it signs', async () => {
    const old = await signUp();
    const rotated = await cliJson<Key[]>('keys', 'rotate');
    const next = rotated.find(({ state }) => state === 'next');
    expect(rotated.filter(({ state }) => state === 'signing').map(({ kid }) => kid)).toEqual([kidOf(old.accessToken)]);
    const published = await eventually('the next key in the key set', kids, (all) => all.includes(next?.kid ?? ''));
    expect(published).toContain(kidOf(old.accessToken));
    expect((await keySet()).keys.some((key) => 'd' in key)).toBe(false);
    const fresh = await signUp();
    for (const { accessToken } of [old, fresh]) expect(await answersTo(accessToken)).toEqual(accepted);
    expect((await refresh(old.refreshToken)).status).toBe(200);
    expect(states(await cliJson<Key[]>('keys', 'list'))).toEqual(states(rotated));
    expect(states(await cliJson<Key[]>('keys', 'rotate'))).toEqual(states(rotated));
  });

  test('tokens of a retired key get 401 after verifiers read the key set again; a refresh still works', async () => {
    const old = await signUp();
    expect(await answersTo(old.accessToken)).toEqual(accepted);
    const rotated = await cliJson<Key[]>('keys', 'rotate', '--now');
    const signing = rotated.filter(({ state }) => state !== 'retired').map(({ kid }) => kid);
    expect(signing).toHaveLength(1);
    expect(states(rotated)).toContain(`${kidOf(old.accessToken)} retired`);
    await eventually('the new key alone in the key set', kids, (all) => isDeepStrictEqual(all, signing));

    const refused = overEveryProtocol('TOKEN_INVALID');
    const answersToOld = () => answersTo(old.accessToken);
    await eventually('the refusal of the retired key', answersToOld, (answers) => isDeepStrictEqual(answers, refused));
    const fresh = (await refresh(old.refreshToken)).json as { tokens: { accessToken: string } };
    expect(signing).toEqual([kidOf(fresh.tokens.accessToken)]);
    const answersToFresh = () => answersTo(fresh.tokens.accessToken);
    await eventually('new tokens', answersToFresh, (answers) => isDeepStrictEqual(answers, accepted));
    expect(await answersToOld()).toEqual(refused);
    const trail = await cliJson<object[]>('audit-trail', '--limit', '200');
    const detail = `new key ${signing.join()}`;
    expect(trail).toContainEqual(
      expect.objectContaining({ action: 'keys.rotate', about: 'now', outcome: 'DONE', detail }),
    );
  });
});
