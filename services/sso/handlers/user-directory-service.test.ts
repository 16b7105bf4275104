import type { Client } from '@connectrpc/connect';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UserDirectoryService } from '../../../proto/gen/ecommerce/sso/internal/v1/user_directory_pb.ts';
import { createTestRpc, type TestRpc } from '../../../platform/testing/rpc.ts';
import { createSsoSuite, newEmail, refusal, type SsoSuite } from '../testing/suite.ts';

let sso: SsoSuite;
let rpc: TestRpc;
let directory: Client<typeof UserDirectoryService>;
beforeAll(async () => {
  sso = await createSsoSuite();
  rpc = await createTestRpc([sso.service]);
  directory = rpc.connect(UserDirectoryService, { as: 'backoffice' });
});
afterAll(() => sso.close());

test('a user is found by the email address in any spelling, and by id', async () => {
  const { email, user } = await sso.register();
  expect((await directory.findByEmail({ email: ` ${email.toUpperCase()} ` })).user).toEqual(user);
  expect((await directory.get({ userId: user.userId.toUpperCase() })).user).toEqual(user);
});

test('nobody is found by an unknown address or a part of one, and an unknown id is refused', async () => {
  const { email } = await sso.register();
  expect((await directory.findByEmail({ email: newEmail() })).user).toBeUndefined();
  expect((await directory.findByEmail({ email: email.slice(0, 8) })).user).toBeUndefined();
  expect(await refusal(directory.get({ userId: randomUUID() }))).toBe('not_found USER_NOT_FOUND');
});

test('no other service and no user may look users up', async () => {
  const asked = { email: newEmail() };
  const others = [
    rpc.connect(UserDirectoryService, { as: 'worker' }),
    rpc.connect(UserDirectoryService, { user: { userId: randomUUID(), roles: ['admin'] } }),
  ];
  for (const other of others)
    expect(await refusal(other.findByEmail(asked))).toBe('permission_denied CALLER_NOT_ALLOWED');
});
