import { expect, test } from 'vitest';
import { readSsoConfig } from './config.ts';

test('in development every setting has a default', () => {
  expect(readSsoConfig({}).admin).toEqual({ email: 'admin@example.com', password: 'admin-development-only' });
});

test('in production no secret has a default', () => {
  expect(() => readSsoConfig({ APP_ENV: 'production' })).toThrow('JWT_SECRET');
  const env = { APP_ENV: 'production', JWT_SECRET: 'x'.repeat(32) };
  expect(readSsoConfig(env).admin).toBeUndefined();
  expect(() => readSsoConfig({ ...env, ADMIN_EMAIL: 'admin@example.com' })).toThrow('ADMIN_PASSWORD');
});

test('the address of the first administrator is read as a login reads it, its password is measured normalized', () => {
  const read = (env: Record<string, string>) => readSsoConfig(env).admin;
  expect(read({ ADMIN_EMAIL: ' Admin@Example.com \n' })?.email).toBe('admin@example.com');
  expect(read({ ADMIN_PASSWORD: 'ä'.repeat(36).normalize('NFD') })).toBeDefined();
  expect(() => read({ ADMIN_PASSWORD: '\u3000'.repeat(3) })).toThrow('ADMIN_PASSWORD');
  expect(() => read({ ADMIN_EMAIL: 'admin' })).toThrow('ADMIN_EMAIL');
});

test('one error names every bad setting', () => {
  const read = () => readSsoConfig({ JWT_SECRET: 'short', SSO_BCRYPT_COST: 'high', SSO_SIGNING_KEY_DAYS: '0' });
  for (const name of ['JWT_SECRET', 'SSO_BCRYPT_COST', 'SSO_SIGNING_KEY_DAYS']) expect(read).toThrow(name);
});
