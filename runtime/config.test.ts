import { expect, test } from 'vitest';
import { ConfigError } from '../platform/config/errors.ts';
import { readDatabaseUrls, readRuntimeConfig } from './config.ts';
import { owners } from './registry.ts';
import { parseRoles, UsageError } from './roles.ts';

const all = parseRoles(['all']);

function problemsOf(read: () => unknown): string {
  try {
    read();
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

test('roles are sorted in the order in which they start, whatever the order of the arguments', () => {
  expect(parseRoles(['relay', 'sso', 'cart'])).toEqual(['sso', 'cart', 'relay']);
  expect(() => parseRoles(['sso', 'ssso'])).toThrow('There is no role ssso');
  expect(() => parseRoles([])).toThrow(UsageError);
});

test('in development, a process with all roles needs no settings', () => {
  const config = readRuntimeConfig({}, all);
  expect(config.ports).toEqual({ http: 8000, grpc: 50_051 });
  expect(config.process.kafka).toBeUndefined();
  expect(Object.keys(config.databases)).toEqual(owners);
});

test('in production, all missing secrets of the process and its services are reported at once', () => {
  const text = problemsOf(() => readRuntimeConfig({ NODE_ENV: 'production', WALLET_SWEEP_SECONDS: 'x' }, all));
  for (const name of ['DATABASE_URL', 'JWT_SECRET', 'WALLET_SWEEP_SECONDS']) expect(text).toContain(name);
  expect(problemsOf(() => readDatabaseUrls({ APP_ENV: 'production' }, ['cart']))).toContain('DATABASE_URL');
});

test('a former name of a setting still works, with a warning; the current name takes precedence', () => {
  const config = readRuntimeConfig({ BCRYPT_COST: '5', SIGNING_KEY_DAYS: '7', SSO_SIGNING_KEY_DAYS: '8' }, all);
  expect(config.services.sso).toMatchObject({ bcryptCost: 5, signingKeyDays: 8 });
  expect(config.warnings).toHaveLength(2);
  for (const name of ['BCRYPT_COST', 'SSO_BCRYPT_COST']) expect(config.warnings[0]).toContain(name);
  expect(readRuntimeConfig({ SSO_BCRYPT_COST: '5' }, all).warnings).toEqual([]);
});

test('a relay without Kafka does not start if its consumers are in other processes', () => {
  const env = { SERVICE_KEYS_DIR: '/keys' };
  expect(problemsOf(() => readRuntimeConfig(env, ['order', 'relay']))).toContain('KAFKA_BROKERS');
  expect(problemsOf(() => readRuntimeConfig(env, ['cart', 'relay']))).toBe('');
  expect(problemsOf(() => readRuntimeConfig({ ...env, KAFKA_BROKERS: 'kafka:9092' }, ['relay']))).toBe('');
});

test('a process with only some roles needs service keys', () => {
  expect(problemsOf(() => readRuntimeConfig({}, ['worker']))).toContain('SERVICE_KEYS_DIR');
});

test('a process needs only the settings of its roles', () => {
  const config = readRuntimeConfig({ SERVICE_KEYS_DIR: '/keys' }, ['worker']);
  expect(config.databases).toEqual({});
  expect(config.ports).toEqual({ http: 8086, grpc: undefined });
  expect(Object.keys(config.services)).toEqual(['worker']);
});
