import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { accountOf } from './account.ts';
import { keepSignedIn } from './session.ts';
import { fakeApi } from './testing/fake-api.ts';

const key = { SERVICE_KEYS_DIR: '/keys' };
const environment = { ADMIN_EMAIL: 'support@example.com', ADMIN_PASSWORD: 'p' };
const own = { email: 'buyer@example.com', password: 'q' };

test('an account that is named comes before the key, and the key before the account of the environment', () => {
  expect(accountOf({ env: { ...key, ...environment } }, own)).toEqual(own);
  expect(accountOf({ env: { ...key, ...environment } }, {})).toBeUndefined();
  expect(accountOf({ env: { ...environment, SERVICE_KEYS_DIR: '' } }, {})).toEqual({
    email: 'support@example.com',
    password: 'p',
  });
  expect(accountOf({ env: environment }, { email: own.email })).toEqual({ ...own, password: 'p' });
});

test('what is missing is named, as wrong usage', () => {
  const usage = { reason: 'USAGE', exitCode: 2 };
  expect(() => accountOf({ env: {} }, {})).toThrow(expect.objectContaining(usage));
  expect(() => accountOf({ env: {} }, {})).toThrow(/--email and --password.*SERVICE_KEYS_DIR.*npm run dev/);
  expect(() => accountOf({ env: {} }, { email: own.email })).toThrow('the password of buyer@example.com is missing');
  expect(() => accountOf({ env: key }, { password: 'q' })).toThrow('--password is given without --email');
});

test('a session signs in again when the access token has expired, once a call, and not for a refusal', async () => {
  let signIns = 0;
  const again = async () => {
    signIns++;
    return fakeApi({ orders: { getOrder: () => ({ order: { orderId: 'x' } }) } });
  };
  const expired = () => Promise.reject(new ConnectError('expired', Code.Unauthenticated));
  const session = keepSignedIn(fakeApi({ orders: { getOrder: expired } }), again);
  const read = () => session.call(({ orders, asUser }) => orders.getOrder({ orderId: 'x' }, asUser));
  expect((await read()).order?.orderId).toBe('x');
  await read();
  expect(signIns).toBe(1);
  const refused = keepSignedIn(fakeApi({}), again);
  await expect(refused.call(({ orders }) => orders.getOrder({}))).rejects.toThrow('unimplemented');
  expect(signIns).toBe(1);
});
