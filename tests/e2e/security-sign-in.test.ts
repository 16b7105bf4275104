/** The rows of the security table about passwords and sessions. The overview is in security.test.ts. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import { send } from './http.ts';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const newPerson = () => ({ email: `security-${randomUUID()}@example.com`, password: `password-${randomUUID()}` });

async function tokensBy(path: 'register' | 'login', body: { email: string; password: string }): Promise<Tokens> {
  const { json, text } = await send(`POST /api/v1/auth/${path}`, { body });
  const { tokens } = json as { tokens?: Tokens };
  if (tokens === undefined) throw new Error(`no tokens: ${text}`);
  return tokens;
}

const refresh = (refreshToken: string) => send('POST /api/v1/auth/refresh', { body: { refreshToken } });
const login = (email: string, password: string, from?: string) =>
  send('POST /api/v1/auth/login', { body: { email, password }, from });

describe('a refresh token that is used again', () => {
  test('within 10 s gets the same successor', async () => {
    const { refreshToken } = await tokensBy('register', newPerson());
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)));
    const successors = answers.map(({ json }) => (json as { tokens?: Tokens }).tokens?.refreshToken);
    expect([new Set(successors).size, successors[0]]).toEqual([1, expect.any(String)]);
  });

  test('later gets 401 and ends the whole session', async () => {
    const { refreshToken } = await tokensBy('register', newPerson());
    const next = (await refresh(refreshToken)).json as { tokens: Tokens };
    const reused = await eventually(
      'the end of the 10 s in which a repeated refresh is allowed',
      () => refresh(refreshToken),
      ({ status }) => status !== 200,
    );
    expect(reused.is).toBe('401 TOKEN_REUSED');
    expect((await refresh(next.tokens.refreshToken)).is).toBe('401 TOKEN_INVALID');
  });
});

test.each([
  ['x', 72],
  ['ä', 36],
  ['😀', 18],
])('a password over 72 bytes (of %s) is refused, never truncated', async (letter, most) => {
  const { email } = newPerson();
  const longest = letter.repeat(most);
  const tooLong = await send('POST /api/v1/auth/register', { body: { email, password: `${longest}y` } });
  expect(tooLong.is).toBe('400 VALIDATION_FAILED');
  await tokensBy('register', { email, password: longest });
  expect((await login(email, `${longest}y`)).is).toBe('400 VALIDATION_FAILED');
  expect((await login(email, `${letter.repeat(most - 1)}y`)).is).toBe('401 INVALID_CREDENTIALS');
  expect((await login(email, longest)).status).toBe(200);
});

test('a password and an address are the same however a keyboard or a paste sends them', async () => {
  const { email } = newPerson();
  await tokensBy('register', { email: ` ${email.toUpperCase()} `, password: 'Zu\u0308rich\u00A0am See' });
  expect((await login(email, 'Zürich am See')).status).toBe(200);
  expect((await login(`${email}\n`, 'Zu\u0308rich\u3000am See')).status).toBe(200);
  expect((await login(email, 'Zurich am See')).is).toBe('401 INVALID_CREDENTIALS');
  const again = { email: `${email}\u00A0`, password: 'Zürich am See' };
  expect((await send('POST /api/v1/auth/register', { body: again })).is).toBe('409 EMAIL_TAKEN');
});

test('an unknown user and a wrong password get the same status and body', async () => {
  const person = newPerson();
  await tokensBy('register', person);
  const [wrong, unknown] = await Promise.all(
    [person.email, newPerson().email].map(async (email) => {
      const { status, headers, json } = await login(email, 'wrong password');
      const { requestId, ...body } = json;
      expect(requestId).toBeTypeOf('string');
      return { status, names: Object.keys(headers).toSorted(), body };
    }),
  );
  expect(wrong).toMatchObject({ status: 401, body: { reason: 'INVALID_CREDENTIALS' } });
  expect(unknown).toEqual(wrong);
});

// The other address is another loopback address. Only Linux has several.
test.skipIf(process.platform !== 'linux')(
  'repeated failed logins get 429 with Retry-After; the owner can still sign in from another address',
  async () => {
    const person = newPerson();
    await tokensBy('register', person);
    const from = '127.0.0.66';
    const refused = await eventually(
      'the limit',
      () => login(person.email, 'wrong password', from),
      ({ status }) => status !== 401,
    );
    expect(refused.is).toBe('429 RATE_LIMITED');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    // The right password does not help, nor does an address that a header only claims.
    expect((await login(person.email, person.password, from)).is).toBe('429 RATE_LIMITED');
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9', forwarded: 'for=203.0.113.9' };
    const claimed = await send('POST /api/v1/auth/login', { body: person, from, headers });
    expect(claimed.is).toBe('429 RATE_LIMITED');
    expect((await login(person.email, person.password, '127.0.0.67')).status).toBe(200);
  },
);

test('the owner of a stolen session sees it, ends it and changes the password', async () => {
  const person = newPerson();
  await tokensBy('register', person);
  const stolen = await tokensBy('login', person);
  const { accessToken: token } = await tokensBy('login', person);
  const { json } = await send('GET /api/v1/auth/sessions', { token });
  const { sessions } = json as { sessions: { sessionId: string; current: boolean; clientAddress: string }[] };
  expect(sessions.map(({ current }) => current)).toEqual([true, false, false]);
  expect(new Set(sessions.map(({ clientAddress }) => clientAddress))).toEqual(new Set(['127.0.0.0/24']));
  const end = await send(`DELETE /api/v1/auth/sessions/${sessions[1]?.sessionId}`, { token });
  expect(end.status).toBe(200);
  expect((await refresh(stolen.refreshToken)).is).toBe('401 TOKEN_INVALID');
  // The thief's access token has not expired, but cannot end sessions any more.
  const thief = { token: stolen.accessToken, body: {} };
  expect((await send('POST /api/v1/auth/sessions:revokeOthers', thief)).is).toBe('401 TOKEN_INVALID');
  const change = (currentPassword: string) =>
    send('POST /api/v1/auth/password', { token, body: { currentPassword, newPassword: 'a new password' } });
  expect((await change('wrong password')).is).toBe('401 INVALID_CREDENTIALS');
  expect((await change(person.password)).json).toEqual({ revokedCount: 1 });
  expect((await login(person.email, person.password)).is).toBe('401 INVALID_CREDENTIALS');
  expect((await login(person.email, 'a new password')).status).toBe(200);
});
