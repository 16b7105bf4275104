import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import { readSsoConfig } from '../config.ts';
import { redisFailures } from '../../../platform/data/redis/metrics.ts';
import { openTroubledRedis, type RedisTrouble } from '../../../platform/testing/redis.ts';
import { createAttemptLimits } from './rate-limits.ts';
import { createSsoSuite, newEmail, refusal, type SsoSuite } from '../testing/suite.ts';

const redisUrl = process.env.REDIS_URL;
if (redisUrl === undefined) throw new Error('REDIS_URL is not set: run the tests with `npm test`');
const redis = new Redis(redisUrl, { keyPrefix: `test-${randomUUID()}:` });
const away = new Redis('redis://127.0.0.1:1', { lazyConnect: true, retryStrategy: () => null });
away.on('error', () => undefined);

const env = {
  SSO_LOGIN_FAILURES_PER_ACCOUNT: '3',
  SSO_LOGIN_FAILURES_PER_ADDRESS: '6',
  SSO_REGISTRATIONS_PER_ADDRESS_AND_HOUR: '5',
};

describe.each([
  ['with Redis', redis],
  ['with Redis away', away],
])('%s', (_, connection) => {
  let sso: SsoSuite;
  let addresses = 0;
  beforeAll(async () => {
    await redis.ping();
    sso = await createSsoSuite({ redis: connection, env });
  });
  beforeEach(() => {
    addresses += 1;
    sso.caller.address = `198.51.100.${addresses}`;
  });
  afterAll(() => sso.close());

  const login = (email: string, password: string) => refusal(sso.auth.login({ email, password }));
  const wrong = 'unauthenticated INVALID_CREDENTIALS';
  const limited = 'resource_exhausted RATE_LIMITED';

  test('after repeated failures every login is refused with the time to wait, even with the right password', async () => {
    const { email, password } = await sso.register();
    for (let attempt = 0; attempt < 3; attempt++) expect(await login(email, 'wrong horse')).toBe(wrong);
    expect(await login(email, password)).toBe(limited);
    const error = await sso.auth.login({ email, password }).then(() => undefined, fromConnectError);
    expect(error?.retryAfterSeconds).toBeGreaterThan(0);
    expect(error?.retryAfterSeconds).toBeLessThanOrEqual(900);
  });

  test('the owner can sign in from another IP address', async () => {
    const { email, password } = await sso.register();
    for (let attempt = 0; attempt < 4; attempt++) await login(email, 'wrong horse');
    sso.caller.address = `203.0.113.${addresses}`;
    expect(await login(email, password)).toBe('ok');
  });

  test('another spelling of the email address or the IP address counts the same', async () => {
    const email = newEmail();
    for (let attempt = 0; attempt < 3; attempt++) expect(await login(email.toUpperCase(), 'wrong horse')).toBe(wrong);
    sso.caller.address = `::ffff:${sso.caller.address}`;
    expect(await login(email, 'wrong horse')).toBe(limited);
  });

  test('a success is not counted and clears earlier failures', async () => {
    const { email, password } = await sso.register();
    for (let round = 0; round < 2; round++) {
      for (let attempt = 0; attempt < 2; attempt++) expect(await login(email, 'wrong horse')).toBe(wrong);
      expect(await login(email, password)).toBe('ok');
      expect(await login(email, password)).toBe('ok');
    }
  });

  test('guesses for many accounts are limited by the IP address', async () => {
    for (let attempt = 0; attempt < 6; attempt++) expect(await login(newEmail(), 'wrong horse')).toBe(wrong);
    expect(await login(newEmail(), 'wrong horse')).toBe(limited);
  });

  test('parallel guesses get no more answers than guesses one after the other', async () => {
    const limits = createAttemptLimits(connection, readSsoConfig(env).limits, () => undefined);
    const email = newEmail();
    const attempts = await Promise.all(Array.from({ length: 5 }, () => limits.login(email, sso.caller.address)));
    for (const { failed } of attempts.slice(0, 3)) await failed();
    const late = attempts.slice(3).map(({ failed, succeeded }, index) => refusal(index === 0 ? failed() : succeeded()));
    expect(await Promise.all(late)).toEqual([limited, limited]);
  });

  test('registrations are limited for each IP address', async () => {
    for (let attempt = 0; attempt < 5; attempt++) await sso.register();
    expect(await refusal(sso.register())).toBe(limited);
    sso.caller.address = `203.0.113.${addresses}`;
    expect(await refusal(sso.register())).toBe('ok');
  });
});

test.each(['away', 'hangs'] satisfies RedisTrouble[])(
  'without Redis (%s) the process counts attempts, and the failures of Redis are counted',
  async (trouble) => {
    const { redis: troubled, registry, failures, close } = await openTroubledRedis(trouble);
    const limits = createAttemptLimits(troubled, readSsoConfig(env).limits, redisFailures(registry));
    for (let attempt = 0; attempt < 5; attempt++) await limits.register('192.0.2.1');
    await expect(limits.register('192.0.2.1')).rejects.toMatchObject({ reason: 'RATE_LIMITED' });
    expect(await failures()).toBe(6);
    await close();
  },
);

afterAll(() => redis.quit());
