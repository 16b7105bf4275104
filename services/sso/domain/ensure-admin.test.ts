import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSsoSuite, refusal, type SsoSuite } from '../testing/suite.ts';

let sso: SsoSuite;
beforeAll(async () => {
  sso = await createSsoSuite();
});
afterAll(() => sso.close());

const admin = { email: 'admin@example.com', password: 'admin-development-only' };

test('the first administrator can sign in, even if several replicas start at the same time', async () => {
  const replicas = Array.from({ length: 5 }, () => sso.build());
  await Promise.all(replicas.map(async (replica) => replica.service.start?.()));
  await Promise.all(replicas.map(async (replica) => replica.service.stop?.()));
  expect((await sso.auth.login(admin)).user?.roles).toContain('admin');
});

test('the first administrator keeps a changed password when the service starts again', async () => {
  const replica = sso.build({ ADMIN_PASSWORD: 'another-password' });
  await replica.service.start?.();
  await replica.service.stop?.();
  expect(await refusal(sso.auth.login(admin))).toBe('ok');
});

test('a user who has registered the address before does not become an administrator', async () => {
  const { email, password } = await sso.register();
  const replica = sso.build({ ADMIN_EMAIL: email });
  await replica.service.start?.();
  await replica.service.stop?.();
  expect((await sso.auth.login({ email, password })).user?.roles).toEqual(['customer']);
});
