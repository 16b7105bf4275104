import { decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildKeyOperations } from '../../app.ts';
import { readSsoConfig } from '../../config.ts';
import { createSsoSuite, refusal, type SsoSuite } from '../../testing/suite.ts';
import { listKeys } from './list.ts';
import { rotateKeys, type RotationMode } from './rotate.ts';

let sso: SsoSuite;
beforeEach(async () => {
  sso = await createSsoSuite();
  // So that the next key is younger than the first: keys are listed by age.
  sso.pass(1);
});
afterEach(async () => {
  vi.useRealTimers();
  await sso.close();
});

/** The deps of an operator's command. */
const operate = (env: Readonly<Record<string, string>> = {}) =>
  buildKeyOperations({ db: sso.database.db, config: readSsoConfig(env), clock: () => sso.clock.now });
const rotate = (mode: RotationMode, env?: Readonly<Record<string, string>>) => rotateKeys(operate(env), { mode });
const states = async () => (await listKeys(operate())).map(({ state }) => state);
const kids = async () => (await sso.build().service.jwks()).keys.map(({ kid }) => kid);
const tokenOf = async () => (await sso.build().auth.register(newPerson())).tokens?.accessToken ?? '';
const newPerson = () => ({ email: `${crypto.randomUUID()}@example.com`, password: 'correct horse' });
/** The answer of a verifier that has just read the key set. */
const answer = (accessToken: string) => refusal(sso.build().auth.validateToken({ accessToken }));

/** What each running service does every minute. */
async function upkeep(): Promise<void> {
  const replica = sso.build();
  await replica.service.start?.();
  await replica.service.stop?.();
}

test('after a rotation old tokens are valid until they expire, new ones are valid, and a retired key gets 401', async () => {
  const [first] = await kids();
  await rotate('graceful');
  const [, second] = await kids();
  expect(await states()).toEqual(['signing', 'next']);
  // The last moment at which the old key signs.
  sso.pass(119);
  await upkeep();
  const old = await tokenOf();
  expect(decodeProtectedHeader(old).kid).toBe(first);
  sso.pass(1);
  await upkeep();
  expect(await states()).toEqual(['verifying', 'signing']);
  const fresh = await tokenOf();
  expect(decodeProtectedHeader(fresh).kid).toBe(second);
  sso.pass(899);
  await upkeep();
  expect([await answer(old), await answer(fresh)]).toEqual(['ok', 'ok']);
  sso.pass(121);
  await upkeep();
  expect(await states()).toEqual(['retired', 'signing']);
  // Verifiers use the real clock, by which the old token has not expired. So its retired key is why it is refused.
  expect([await answer(old), await answer(await tokenOf())]).toEqual(['unauthenticated TOKEN_INVALID', 'ok']);
});

test('after a key was replaced at once, replicas that know the old keys sign and accept tokens of the new one', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const [one, two] = [sso.build(), sso.build()];
  const tokenBy = async ({ auth }: typeof one) => (await auth.register(newPerson())).tokens?.accessToken ?? '';
  const answerOf = ({ auth }: typeof one, accessToken: string) => refusal(auth.validateToken({ accessToken }));
  const old = await tokenBy(one);
  for (const replica of [one, two]) expect(await answerOf(replica, old)).toBe('ok');
  await rotate('now');
  vi.advanceTimersByTime(1100);
  const fresh = await tokenBy(one);
  for (const replica of [one, two]) {
    expect(await answerOf(replica, fresh)).toBe('ok');
    expect(await answerOf(replica, old)).toBe('unauthenticated TOKEN_INVALID');
  }
});

test('the list tells when the new key signs and until when tokens of the old key are valid', async () => {
  const startedAt = sso.clock.now.getTime();
  await rotate('graceful');
  const [old, next] = await listKeys(operate());
  const seconds = (moment: Date | undefined) => ((moment?.getTime() ?? 0) - startedAt) / 1000;
  expect([old?.state, seconds(old?.goodUntil)]).toEqual(['signing', 120 + 900 + 120]);
  expect([next?.state, seconds(next?.signsFrom), next?.goodUntil]).toEqual(['next', 120, undefined]);
});

test('several calls at the same time begin one rotation', async () => {
  await Promise.all(Array.from({ length: 5 }, () => rotate('graceful')));
  expect(await states()).toEqual(['signing', 'next']);
});

test('a rotation with another JWT_SECRET than that of the services is refused and changes nothing', async () => {
  const other = { JWT_SECRET: 'another-secret-with-more-than-32-characters' };
  for (const mode of ['graceful', 'now'] as const) await expect(rotate(mode, other)).rejects.toThrow('JWT_SECRET');
  expect(await states()).toEqual(['signing']);
});

test('mode new_secret replaces all keys by one that another JWT_SECRET seals', async () => {
  const old = await tokenOf();
  const env = { JWT_SECRET: 'another-secret-with-more-than-32-characters' };
  await rotate('new_secret', env);
  const replica = sso.build(env);
  await replica.service.start?.();
  await replica.service.stop?.();
  expect(await refusal(replica.auth.validateToken({ accessToken: old }))).toBe('unauthenticated TOKEN_INVALID');
  expect(await refusal(replica.auth.register(newPerson()))).toBe('ok');
});
