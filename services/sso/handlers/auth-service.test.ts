import { hash } from '@node-rs/bcrypt';
import { sql } from 'drizzle-orm';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSsoSuite, newEmail, refusal, type SsoSuite } from '../testing/suite.ts';

let sso: SsoSuite;
beforeAll(async () => {
  sso = await createSsoSuite();
});
beforeEach(() => {
  sso.clock.now = new Date();
  sso.caller.userId = '';
});
afterAll(() => sso.close());

describe('register', () => {
  test('creates a customer and answers an access token with that role', async () => {
    const { email, user, tokens } = await sso.register();
    expect(user).toMatchObject({ email, roles: ['customer'] });
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 900 });
    expect(decodeProtectedHeader(tokens.accessToken)).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    const claims = decodeJwt(tokens.accessToken);
    expect(claims).toMatchObject({ iss: 'ecommerce-sso', aud: 'ecommerce', sub: user.userId, roles: ['customer'] });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);
    expect(claims.sid).toBeTypeOf('string');
    expect(claims.jti).toBeTypeOf('string');
  });

  test('registers an email address once, in any spelling and by any number of calls at the same time', async () => {
    const email = newEmail();
    const spellings = [email, email.toUpperCase(), email, email.toUpperCase()];
    const answers = await Promise.all(spellings.map((spelling) => refusal(sso.register(spelling))));
    expect(answers.sort()).toEqual([
      'already_exists EMAIL_TAKEN',
      'already_exists EMAIL_TAKEN',
      'already_exists EMAIL_TAKEN',
      'ok',
    ]);
    expect(await refusal(sso.register(email))).toBe('already_exists EMAIL_TAKEN');
    expect((await sso.auth.login({ email: email.toUpperCase(), password: 'correct horse' })).user?.email).toBe(email);
  });

  test('passwords have 8 to 72 bytes and are never truncated', async () => {
    const email = newEmail();
    const longest = 'ä'.repeat(36);
    expect(await refusal(sso.register(email, `${longest}x`))).toBe('invalid_argument VALIDATION_FAILED');
    expect(await refusal(sso.register(email, 'x'.repeat(7)))).toBe('invalid_argument VALIDATION_FAILED');
    await sso.register(email, longest);
    expect(await refusal(sso.auth.login({ email, password: longest }))).toBe('ok');
    expect(await refusal(sso.auth.login({ email, password: longest.normalize('NFD') }))).toBe('ok');
    const last = `${longest.slice(0, -1)}ö`;
    expect(await refusal(sso.auth.login({ email, password: last }))).toBe('unauthenticated INVALID_CREDENTIALS');
    expect(await refusal(sso.auth.login({ email, password: `${longest}x` }))).toBe(
      'invalid_argument VALIDATION_FAILED',
    );
  });

  test('takes an address with spaces around it, as the login does, and keeps it without them', async () => {
    const email = newEmail();
    const { user } = await sso.register(`  ${email.toUpperCase()}\u00A0\n`);
    expect(user.email).toBe(email);
    for (const spelling of [email, ` ${email}`, `${email}\t`, `${email}\u200B`]) {
      expect(await refusal(sso.auth.login({ email: spelling, password: 'correct horse' }))).toBe('ok');
    }
    expect(await refusal(sso.register(`${email} `))).toBe('already_exists EMAIL_TAKEN');
    const [name, host] = email.split('@');
    for (const bad of [`${name} @${host}`, `${name}\u200B@${host}`, ' ', 'ä@example.com']) {
      expect(await refusal(sso.register(bad))).toBe('invalid_argument VALIDATION_FAILED');
    }
  });

  test('no password is stored', async () => {
    const { password, user } = await sso.register();
    const { rows } = await sso.database.db.execute(sql`select * from sso.users where id = ${user.userId}`);
    expect(JSON.stringify(rows)).not.toContain(password);
  });
});

describe('login', () => {
  test('opens a new session each time', async () => {
    const { email, password, user } = await sso.register();
    const [first, second] = [await sso.auth.login({ email, password }), await sso.auth.login({ email, password })];
    expect(first.user?.userId).toBe(user.userId);
    const sessions = [first, second].map(({ tokens }) => decodeJwt(tokens?.accessToken ?? '').sid);
    expect(sessions[0]).not.toBe(sessions[1]);
  });

  test('gives the same answer to an unknown user and a wrong password', async () => {
    const { email } = await sso.register();
    const answers = await Promise.all([
      sso.auth.login({ email, password: 'wrong horse' }).catch(String),
      sso.auth.login({ email: newEmail(), password: 'wrong horse' }).catch(String),
      sso.auth.login({ email: 'no address', password: 'wrong horse' }).catch(String),
    ]);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('unauthenticated');
  });

  test('takes a password in whatever normalization form and with whatever spaces a keyboard sends it', async () => {
    const composed = 'Zürich\u00A0straße';
    const decomposed = 'Zu\u0308rich straße';
    for (const [chosen, typed] of [
      [composed, decomposed],
      [decomposed, composed],
    ] as const) {
      const { email } = await sso.register(newEmail(), chosen);
      for (const password of [chosen, typed]) {
        expect(await refusal(sso.auth.login({ email, password }))).toBe('ok');
      }
      expect(await refusal(sso.auth.login({ email, password: 'Zurich straße' }))).toContain('INVALID_CREDENTIALS');
    }
  });

  /** A user whose password was hashed as it was sent, as passwords were before. */
  async function userOfFormerHash(password: string) {
    const { email } = await sso.register();
    const former = await hash(password, { cost: 4 });
    await sso.database.db.execute(sql`update sso.users set password_hash = ${former} where email = ${email}`);
    const hashNow = async () => {
      const { rows } = await sso.database.db.execute(sql`select password_hash from sso.users where email = ${email}`);
      return rows[0]?.['password_hash'];
    };
    return { former, hashNow, login: (typed: string) => refusal(sso.auth.login({ email, password: typed })) };
  }

  test('a decomposed password that was hashed as it was sent still signs in, and then every form of it does', async () => {
    const { former, hashNow, login } = await userOfFormerHash('Zu\u0308rich-straße');
    expect(await login('Zürich-straße')).toBe('unauthenticated INVALID_CREDENTIALS');
    expect(await login('Zu\u0308rich-straße')).toBe('ok');
    expect(await hashNow()).not.toBe(former);
    expect(await login('Zürich-straße')).toBe('ok');
    expect(await login('Zu\u0308rich-straße')).toBe('ok');
  });

  test('a password that grows over 72 bytes in NFC keeps the hash of what was sent, because bcrypt would cut it', async () => {
    const sent = '\u0958'.repeat(24);
    const { former, hashNow, login } = await userOfFormerHash(sent);
    expect(await login(sent)).toBe('ok');
    expect(await hashNow()).toBe(former);
    expect(await login(sent)).toBe('ok');
  });

  test('replaces a hash of another bcrypt cost, so that all logins take the same time', async () => {
    const { email, password } = await sso.register();
    const costlier = sso.build({ SSO_BCRYPT_COST: '5' });
    await costlier.auth.login({ email, password });
    const { rows } = await sso.database.db.execute(sql`select password_hash from sso.users where email = ${email}`);
    expect(rows[0]?.['password_hash']).toMatch(/^\$2b\$05\$/);
    expect(await refusal(sso.auth.login({ email, password }))).toBe('ok');
  });
});

describe('refresh', () => {
  test('exchanges a token for new ones of the same session', async () => {
    const { tokens } = await sso.register();
    const next = await sso.auth.refresh({ refreshToken: tokens.refreshToken });
    expect(next.tokens?.refreshToken).not.toBe(tokens.refreshToken);
    expect(decodeJwt(next.tokens?.accessToken ?? '').sid).toBe(decodeJwt(tokens.accessToken).sid);
  });

  test('gives parallel calls the same successor', async () => {
    const { tokens } = await sso.register();
    const { refreshToken } = tokens;
    const answers = await Promise.all(Array.from({ length: 10 }, () => sso.auth.refresh({ refreshToken })));
    expect(new Set(answers.map((answer) => answer.tokens?.refreshToken)).size).toBe(1);
    sso.pass(9);
    const late = await sso.auth.refresh({ refreshToken });
    expect(late.tokens?.refreshToken).toBe(answers[0]?.tokens?.refreshToken);
  });

  test('with a spent token ends the whole session', async () => {
    const { tokens } = await sso.register();
    const next = await sso.auth.refresh({ refreshToken: tokens.refreshToken });
    sso.pass(11);
    const reuse = sso.auth.refresh({ refreshToken: tokens.refreshToken });
    expect(await refusal(reuse)).toBe('unauthenticated TOKEN_REUSED');
    const newest = sso.auth.refresh({ refreshToken: next.tokens?.refreshToken ?? '' });
    expect(await refusal(newest)).toBe('unauthenticated TOKEN_INVALID');
  });

  test('with a spent token leaves other sessions of the user alone', async () => {
    const { email, password, tokens } = await sso.register();
    const other = await sso.auth.login({ email, password });
    await sso.auth.refresh({ refreshToken: tokens.refreshToken });
    sso.pass(11);
    await refusal(sso.auth.refresh({ refreshToken: tokens.refreshToken }));
    expect(await refusal(sso.auth.refresh({ refreshToken: other.tokens?.refreshToken ?? '' }))).toBe('ok');
  });

  test('is refused after 30 days', async () => {
    const { tokens } = await sso.register();
    sso.pass(30 * 86_400);
    const call = sso.auth.refresh({ refreshToken: tokens.refreshToken });
    expect(await refusal(call)).toBe('unauthenticated TOKEN_EXPIRED');
  });

  test('refuses an access token and an invented token', async () => {
    const { tokens } = await sso.register();
    for (const refreshToken of [tokens.accessToken, randomUUID()]) {
      expect(await refusal(sso.auth.refresh({ refreshToken }))).toBe('unauthenticated TOKEN_INVALID');
    }
  });

  test('stores no token that could be used', async () => {
    const { tokens } = await sso.register();
    const next = await sso.auth.refresh({ refreshToken: tokens.refreshToken });
    const { rows: kept } = await sso.database.db.execute(sql`select * from sso.refresh_tokens`);
    const rows = JSON.stringify(kept);
    expect(rows).not.toContain(tokens.refreshToken);
    expect(rows).not.toContain(next.tokens?.refreshToken ?? '');
  });
});

describe('logout', () => {
  test('ends the session by any of its refresh tokens, and can be repeated', async () => {
    const { tokens } = await sso.register();
    const { refreshToken } = tokens;
    const next = await sso.auth.refresh({ refreshToken });
    await sso.auth.logout({ refreshToken });
    await sso.auth.logout({ refreshToken });
    const call = sso.auth.refresh({ refreshToken: next.tokens?.refreshToken ?? '' });
    expect(await refusal(call)).toBe('unauthenticated TOKEN_INVALID');
    expect(await refusal(sso.auth.logout({ refreshToken: 'unknown' }))).toBe('ok');
  });
});

describe('identity', () => {
  test('getMe answers the user of the token', async () => {
    const { user } = await sso.register();
    sso.caller.userId = user.userId;
    expect((await sso.auth.getMe({})).user).toEqual(user);
  });

  test("validateToken answers a token's user, and refuses expired tokens and those of other issuers", async () => {
    const { user, tokens } = await sso.register();
    expect(await sso.auth.validateToken({ accessToken: tokens.accessToken })).toMatchObject({
      userId: user.userId,
      roles: ['customer'],
    });
    const foreign = await createSsoSuite();
    const other = await foreign.register();
    await foreign.close();
    const cases = { [other.tokens.accessToken]: 'TOKEN_INVALID', [tokens.refreshToken]: 'TOKEN_INVALID' };
    for (const [accessToken, reason] of Object.entries(cases)) {
      expect(await refusal(sso.auth.validateToken({ accessToken }))).toBe(`unauthenticated ${reason}`);
    }
    sso.pass(-1000);
    const old = await sso.register();
    const call = sso.auth.validateToken({ accessToken: old.tokens.accessToken });
    expect(await refusal(call)).toBe('unauthenticated TOKEN_EXPIRED');
  });
});
