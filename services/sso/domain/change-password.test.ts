import { sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSsoSuite, refusal, type SsoSuite } from '../testing/suite.ts';

let sso: SsoSuite;
let addresses = 0;
beforeAll(async () => {
  sso = await createSsoSuite({ env: { SSO_LOGIN_FAILURES_PER_ACCOUNT: '3' } });
});
beforeEach(() => {
  addresses += 1;
  Object.assign(sso.caller, { userId: '', sessionId: '', address: `198.51.100.${addresses}` });
});
afterAll(() => sso.close());

const wrong = 'unauthenticated INVALID_CREDENTIALS';
const login = (email: string, password: string) => refusal(sso.auth.login({ email, password }));
const change = (currentPassword: string, newPassword: string) =>
  refusal(sso.auth.changePassword({ currentPassword, newPassword }));

async function signedIn() {
  const person = await sso.register();
  sso.become(person.tokens.accessToken);
  return person;
}

test('after the change the new password works and the old one does not', async () => {
  const { email, password } = await signedIn();
  expect(await change(password, 'another horse')).toBe('ok');
  expect(await login(email, password)).toBe(wrong);
  expect(await login(email, 'another horse')).toBe('ok');
});

test('both passwords are taken in any normalization form', async () => {
  const { email } = await sso.register(undefined, 'Zürich-straße').then((person) => {
    sso.become(person.tokens.accessToken);
    return person;
  });
  expect(await change('Zu\u0308rich-straße', 'Ko\u0308ln\u3000am Rhein')).toBe('ok');
  expect(await login(email, 'Köln am Rhein')).toBe('ok');
  expect(await change('Köln am Rhein', '\u3000'.repeat(3))).toBe('invalid_argument VALIDATION_FAILED');
});

test("every other session ends, the caller's session goes on", async () => {
  const { email, password, tokens } = await signedIn();
  const other = await sso.auth.login({ email, password });
  expect(await sso.auth.changePassword({ currentPassword: password, newPassword: 'another horse' })).toMatchObject({
    revokedCount: 1,
  });
  const refresh = (refreshToken = '') => refusal(sso.auth.refresh({ refreshToken }));
  expect(await refresh(other.tokens?.refreshToken)).toBe('unauthenticated TOKEN_INVALID');
  expect(await refresh(tokens.refreshToken)).toBe('ok');
});

test('a wrong current password changes nothing', async () => {
  const { email, password } = await signedIn();
  expect(await change('wrong horse', 'another horse')).toBe(wrong);
  expect(await login(email, password)).toBe('ok');
});

test('wrong current passwords count together with failed logins, so a stolen session does not avoid the limit', async () => {
  const { email, password } = await signedIn();
  expect(await login(email, 'wrong horse')).toBe(wrong);
  expect(await change('wrong horse', 'another horse')).toBe(wrong);
  expect(await change('wrong horse', 'another horse')).toBe(wrong);
  expect(await change(password, 'another horse')).toBe('resource_exhausted RATE_LIMITED');
  expect(await login(email, password)).toBe('resource_exhausted RATE_LIMITED');
});

test('the new password has 8 to 72 bytes', async () => {
  const { password } = await signedIn();
  for (const tooMuch of ['short', 'x'.repeat(73), 'ä'.repeat(37)]) {
    expect(await change(password, tooMuch)).toBe('invalid_argument VALIDATION_FAILED');
  }
  expect(await change(password, 'ä'.repeat(36))).toBe('ok');
});

test('of several changes at the same time, one succeeds', async () => {
  const { email, password } = await signedIn();
  const wanted = ['first horse', 'second horse', 'third horse'];
  const outcomes = await Promise.all(wanted.map((newPassword) => change(password, newPassword)));
  expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
  expect(await login(email, wanted[outcomes.indexOf('ok')] ?? '')).toBe('ok');
});

test('no session that was opened with the old password outlives the change, in whatever order they come', async () => {
  const { email, password, tokens } = await signedIn();
  // All logins verify the password while the change is under way. Some end before it, some after.
  const logins = Array.from({ length: 8 }, () => sso.auth.login({ email, password }).catch(() => undefined));
  const changed = change(password, 'another horse');
  const late = Array.from({ length: 8 }, () => sso.auth.login({ email, password }).catch(() => undefined));
  expect(await changed).toBe('ok');
  await Promise.all([...logins, ...late]);
  const { sessions } = await sso.auth.listSessions({});
  expect(sessions.map(({ sessionId }) => sessionId)).toEqual([decodeJwt(tokens.accessToken).sid]);
});

test('a login that read the old password before the change opens no session after it', async () => {
  const { email, password, user } = await signedIn();
  const { db } = sso.database;
  const waiting = async () => {
    const { rows } = await db.execute(
      sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length;
  };
  const { promise: outcome, resolve } = Promise.withResolvers<string>();
  await db.transaction(async (change) => {
    await change.execute(sql`update sso.users set password_version = password_version + 1 where id = ${user.userId}`);
    void login(email, password).then(resolve);
    await expect.poll(waiting).toBe(1);
  });
  expect(await outcome).toBe(wrong);
});
