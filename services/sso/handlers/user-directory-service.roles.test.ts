import type { Client } from '@connectrpc/connect';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UserDirectoryService } from '../../../proto/gen/ecommerce/sso/internal/v1/user_directory_pb.ts';
import { createTestRpc } from '../../../platform/testing/rpc.ts';
import { createSsoSuite, refusal, type SsoSuite } from '../testing/suite.ts';

let sso: SsoSuite;
let directory: Client<typeof UserDirectoryService>;
beforeAll(async () => {
  sso = await createSsoSuite();
  directory = (await createTestRpc([sso.service])).connect(UserDirectoryService, { as: 'backoffice' });
});
afterAll(() => sso.close());

const change = (userId: string, role: string) => ({ changeId: randomUUID(), userId, role });
const userIdOf = async (): Promise<string> => (await sso.register()).user.userId;
const newAdmin = async (): Promise<string> => {
  const userId = await userIdOf();
  await directory.grantRole(change(userId, 'admin'));
  return userId;
};

test('a granted role is in the next tokens of the same session', async () => {
  const { user, tokens } = await sso.register();
  expect((await directory.grantRole(change(user.userId, 'support'))).roles).toEqual(['customer', 'support']);
  const { tokens: next } = await sso.auth.refresh({ refreshToken: tokens.refreshToken });
  const { roles } = await sso.auth.validateToken({ accessToken: next?.accessToken ?? '' });
  expect(roles).toEqual(['customer', 'support']);
});

test('a revoked role ends every session of the user, and a new sign-in has it no more', async () => {
  const { email, password, user, tokens } = await sso.register();
  await directory.grantRole(change(user.userId, 'support'));
  expect((await directory.revokeRole(change(user.userId, 'support'))).roles).toEqual(['customer']);
  expect(await refusal(sso.auth.refresh({ refreshToken: tokens.refreshToken }))).toBe('unauthenticated TOKEN_INVALID');
  expect((await sso.auth.login({ email, password })).user?.roles).toEqual(['customer']);
});

test('to revoke a role that the user does not have changes nothing, and the sessions go on', async () => {
  const { user, tokens } = await sso.register();
  expect((await directory.revokeRole(change(user.userId, 'support'))).roles).toEqual(['customer']);
  expect(await refusal(sso.auth.refresh({ refreshToken: tokens.refreshToken }))).toBe('ok');
});

test('a late repeat of a grant does not bring back a role that was revoked meanwhile', async () => {
  const userId = await userIdOf();
  const grant = change(userId, 'support');
  await Promise.all(Array.from({ length: 5 }, () => directory.grantRole(grant)));
  await directory.revokeRole(change(userId, 'support'));
  expect((await directory.grantRole(grant)).roles).toEqual(['customer', 'support']);
  expect((await directory.get({ userId })).user?.roles).toEqual(['customer']);
});

test('a late repeat of a revocation does not take a role that was granted again', async () => {
  const userId = await userIdOf();
  await directory.grantRole(change(userId, 'support'));
  const revocation = change(userId, 'support');
  await directory.revokeRole(revocation);
  await directory.grantRole(change(userId, 'support'));
  await directory.revokeRole(revocation);
  expect((await directory.get({ userId })).user?.roles).toEqual(['customer', 'support']);
});

test('of administrators who are all revoked at the same time, one stays', async () => {
  const admins = [await newAdmin(), await newAdmin(), await newAdmin()];
  const firstAdmin = (await directory.findByEmail({ email: 'admin@example.com' })).user?.userId;
  const all = firstAdmin === undefined ? admins : [...admins, firstAdmin];
  const answers = await Promise.all(all.map((userId) => refusal(directory.revokeRole(change(userId, 'admin')))));
  expect(answers.filter((answer) => answer === 'failed_precondition LAST_ADMIN')).toHaveLength(1);
  expect(answers.filter((answer) => answer === 'ok')).toHaveLength(all.length - 1);
});

test('an unknown user and an unknown role are refused', async () => {
  expect(await refusal(directory.grantRole(change(randomUUID(), 'support')))).toBe('not_found USER_NOT_FOUND');
  expect(await refusal(directory.revokeRole(change(randomUUID(), 'admin')))).toBe('not_found USER_NOT_FOUND');
  expect(await refusal(directory.grantRole(change(await userIdOf(), 'customer')))).toBe(
    'invalid_argument VALIDATION_FAILED',
  );
});
