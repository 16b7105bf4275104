import { timestampDate } from '@bufbuild/protobuf/wkt';
import { decodeJwt } from 'jose';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSsoSuite, refusal, type SsoSuite } from '../testing/suite.ts';

let sso: SsoSuite;
beforeAll(async () => {
  sso = await createSsoSuite();
});
beforeEach(() => {
  sso.clock.now = new Date();
  Object.assign(sso.caller, { userId: '', sessionId: '', address: '192.0.2.77', userAgent: 'tests/1.0' });
});
afterAll(() => sso.close());

const sessionOf = (accessToken: string) => String(decodeJwt(accessToken).sid);

/** A user with several sessions, oldest first. Calls are made with the last one. */
async function person(count: number) {
  const { email, password, user, tokens } = await sso.register();
  const all = [tokens];
  while (all.length < count) {
    sso.pass(1);
    const next = (await sso.auth.login({ email, password })).tokens;
    if (next !== undefined) all.push(next);
  }
  sso.become(all.at(-1)?.accessToken ?? '');
  const ids = all.map(({ accessToken }) => sessionOf(accessToken));
  return { email, password, user, ids, tokens: all };
}

const refreshed = (refreshToken: string) => refusal(sso.auth.refresh({ refreshToken }));
const listed = async () => (await sso.auth.listSessions({})).sessions.map(({ sessionId }) => sessionId);

describe('listSessions', () => {
  test('shows the caller’s own sessions, newest first, with the network and client that used them last', async () => {
    await person(1);
    const { ids } = await person(3);
    const { sessions, nextPageToken } = await sso.auth.listSessions({});
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual(ids.toReversed());
    expect(sessions.map(({ current }) => current)).toEqual([true, false, false]);
    expect(sessions[0]).toMatchObject({ userAgent: 'tests/1.0', clientAddress: '192.0.2.0/24' });
    expect(nextPageToken).toBe('');
  });

  test('shows when, from which network and by which client a session was refreshed last', async () => {
    const { tokens } = await person(1);
    const before = (await sso.auth.listSessions({})).sessions[0];
    sso.pass(600);
    Object.assign(sso.caller, { address: '2001:db8:1:2::3', userAgent: `phone ${'x'.repeat(1000)}` });
    await sso.auth.refresh({ refreshToken: tokens[0]?.refreshToken ?? '' });
    const after = (await sso.auth.listSessions({})).sessions[0];
    if (before?.createTime === undefined || after?.lastUsedTime === undefined) throw new Error('times are missing');
    expect(after.createTime).toEqual(before.createTime);
    expect(timestampDate(after.lastUsedTime).getTime() - timestampDate(before.createTime).getTime()).toBe(600_000);
    expect(after.clientAddress).toBe('2001:db8:1::/48');
    expect(after.userAgent).toHaveLength(256);
  });

  test('leaves out sessions that have ended or expired', async () => {
    const { ids, tokens } = await person(3);
    await sso.auth.logout({ refreshToken: tokens[0]?.refreshToken ?? '' });
    expect(await listed()).toEqual([ids[2], ids[1]]);
    sso.pass(30 * 86_400 - 1);
    expect(await listed()).toEqual([ids[2]]);
  });

  test('shows each session once over all pages', async () => {
    const { ids } = await person(5);
    const seen: string[] = [];
    for (let pageToken = ''; ;) {
      const page = await sso.auth.listSessions({ pageSize: 2, pageToken });
      seen.push(...page.sessions.map(({ sessionId }) => sessionId));
      pageToken = page.nextPageToken;
      if (pageToken === '') break;
    }
    expect(seen).toEqual(ids.toReversed());
  });

  test('pages neither skip nor repeat a session while others begin and end', async () => {
    const { email, password, ids, tokens } = await person(8);
    const seen: string[] = [];
    for (let pageToken = ''; ;) {
      sso.pass(1);
      const [page] = await Promise.all([
        sso.auth.listSessions({ pageSize: 2, pageToken }),
        sso.auth.login({ email, password }),
      ]);
      seen.push(...page.sessions.map(({ sessionId }) => sessionId));
      pageToken = page.nextPageToken;
      if (pageToken === '') break;
      // Ends a session that was shown already. With pages by offset the next pages would shift.
      const shown = tokens[ids.indexOf(seen.at(-1) ?? '')]?.refreshToken;
      if (shown !== undefined && seen.length > 2) await sso.auth.logout({ refreshToken: shown });
    }
    expect(seen.filter((sessionId) => ids.includes(sessionId))).toEqual(ids.toReversed());
    expect(new Set(seen).size).toBe(seen.length);
  });

  test.each(['x', 'W10', Buffer.from('["",{"createdAt":9e99,"sessionId":"x"}]').toString('base64url')])(
    'refuses the page token %s',
    async (pageToken) => {
      await person(1);
      expect(await refusal(sso.auth.listSessions({ pageToken }))).toBe('invalid_argument PAGE_TOKEN_INVALID');
    },
  );
});

describe('revokeSession', () => {
  test('ends only that session, and can be repeated', async () => {
    const { ids, tokens } = await person(3);
    for (let time = 0; time < 2; time++) await sso.auth.revokeSession({ sessionId: ids[0] ?? '' });
    expect(await listed()).toEqual([ids[2], ids[1]]);
    expect(await refreshed(tokens[0]?.refreshToken ?? '')).toBe('unauthenticated TOKEN_INVALID');
    expect(await refreshed(tokens[1]?.refreshToken ?? '')).toBe('ok');
  });

  test('of another user is the same 404 as of one that does not exist', async () => {
    const other = await person(1);
    await person(1);
    const [theirs, nobodys] = await Promise.all(
      [other.ids[0] ?? '', randomUUID()].map((sessionId) => sso.auth.revokeSession({ sessionId }).catch(String)),
    );
    expect(theirs).toBe(nobodys);
    expect(await refusal(sso.auth.revokeSession({ sessionId: other.ids[0] ?? '' }))).toBe(
      'not_found SESSION_NOT_FOUND',
    );
    expect(await refreshed(other.tokens[0]?.refreshToken ?? '')).toBe('ok');
  });

  test('of the caller’s own session is a logout, and can be repeated too', async () => {
    const { ids, tokens } = await person(2);
    for (let time = 0; time < 2; time++) await sso.auth.revokeSession({ sessionId: ids[1]?.toUpperCase() ?? '' });
    expect(await refreshed(tokens[1]?.refreshToken ?? '')).toBe('unauthenticated TOKEN_INVALID');
  });
});

describe('revokeOtherSessions', () => {
  test("ends all sessions except the caller's", async () => {
    const { ids, tokens } = await person(4);
    expect(await sso.auth.revokeOtherSessions({})).toMatchObject({ revokedCount: 3 });
    expect(await sso.auth.revokeOtherSessions({})).toMatchObject({ revokedCount: 0 });
    expect(await listed()).toEqual([ids[3]]);
    const outcomes = await Promise.all(tokens.map(({ refreshToken }) => refreshed(refreshToken)));
    expect(outcomes).toEqual([...Array.from({ length: 3 }, () => 'unauthenticated TOKEN_INVALID'), 'ok']);
  });

  test('of two sessions that end each other at the same time, one stays', async () => {
    const { tokens } = await person(2);
    const outcomes = await Promise.all(
      tokens.map(({ accessToken }) => refusal(sso.as(accessToken).revokeOtherSessions({}))),
    );
    expect(outcomes.toSorted()).toEqual(['ok', 'unauthenticated TOKEN_INVALID']);
    const alive = await Promise.all(tokens.map(({ refreshToken }) => refreshed(refreshToken)));
    expect(alive.filter((outcome) => outcome === 'ok')).toHaveLength(1);
  });
});

test('an access token whose session has ended manages no sessions', async () => {
  const { ids, tokens } = await person(2);
  await sso.auth.logout({ refreshToken: tokens[1]?.refreshToken ?? '' });
  const calls = [
    sso.auth.listSessions({}),
    sso.auth.revokeSession({ sessionId: ids[0] ?? '' }),
    sso.auth.revokeOtherSessions({}),
    sso.auth.changePassword({ currentPassword: 'correct horse', newPassword: 'another horse' }),
  ];
  expect(new Set(await Promise.all(calls.map(refusal)))).toEqual(new Set(['unauthenticated TOKEN_INVALID']));
  expect(await refreshed(tokens[0]?.refreshToken ?? '')).toBe('ok');
});
