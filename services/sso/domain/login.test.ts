import { hash, parseOptions, verify } from '@node-rs/bcrypt';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createSsoSuite, newEmail, refusal, type SsoSuite } from '../testing/suite.ts';

// bcrypt takes nearly all the time of a login. Its calls are counted, since times on a busy machine prove nothing.
vi.mock(import('@node-rs/bcrypt'), async (original) => {
  const bcrypt = await original();
  return { ...bcrypt, hash: vi.fn<typeof hash>(bcrypt.hash), verify: vi.fn<typeof verify>(bcrypt.verify) };
});

let sso: SsoSuite;
beforeAll(async () => {
  sso = await createSsoSuite({ env: { SSO_BCRYPT_COST: '5' } });
});
beforeEach(() => vi.clearAllMocks());
afterAll(() => sso.close());

/** The calls of bcrypt by a login: the costs of its comparisons, and the number of hashes. */
async function workOf(email: string, password: string) {
  vi.clearAllMocks();
  const answer = await refusal(sso.auth.login({ email, password }));
  const compared = vi.mocked(verify).mock.calls.map(([, encoded]) => parseOptions(encoded).cost);
  return { answer, compared, hashed: vi.mocked(hash).mock.calls.length };
}

test('an unknown user and a wrong password cost the same: one comparison of the same cost', async () => {
  const { email } = await sso.register();
  const wrong = await workOf(email, 'wrong horse');
  const unknown = await workOf(newEmail(), 'wrong horse');
  expect(wrong).toEqual({ answer: 'unauthenticated INVALID_CREDENTIALS', compared: [5], hashed: 0 });
  expect(unknown).toEqual(wrong);
});

test('a password that is not normalized costs two comparisons, whether there is such a user or not', async () => {
  const { email } = await sso.register();
  const wrong = await workOf(email, 'wrong ho\u0308rse');
  expect(wrong).toEqual({ answer: 'unauthenticated INVALID_CREDENTIALS', compared: [5, 5], hashed: 0 });
  expect(await workOf(newEmail(), 'wrong ho\u0308rse')).toEqual(wrong);
});

test('an unknown user and a wrong password cost the same statements in the database', async () => {
  const { email } = await sso.register();
  const statementsOf = async (address: string) => {
    const spy = vi.spyOn(sso.database.db, 'select');
    await refusal(sso.auth.login({ email: address, password: 'wrong horse' }));
    const { length } = spy.mock.calls;
    spy.mockRestore();
    return length;
  };
  expect(await statementsOf(newEmail())).toBe(await statementsOf(email));
});
