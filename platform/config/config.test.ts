import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDatabaseUrl } from './database-url.ts';
import { withEnvFile } from './env-file.ts';
import { ConfigError, createSettingsReader } from './errors.ts';
import { readProcessConfig } from './process-config.ts';

test('all wrong settings are reported at once, by name and without values', () => {
  const reader = createSettingsReader();
  reader.read(() => readProcessConfig({ REDIS_URL: 'http://hunter2', KAFKA_BROKERS: 'nowhere', APP_ENV: 'test' }));
  reader.read(() => readDatabaseUrl({ DATABASE_URL: 'mysql://hunter2' }, 'wallet'));
  const failure = (() => {
    try {
      return reader.check();
    } catch (error) {
      return error;
    }
  })();
  expect(failure).toBeInstanceOf(ConfigError);
  const text = String(failure);
  for (const name of ['REDIS_URL', 'KAFKA_BROKERS', 'APP_ENV', 'DATABASE_URL']) expect(text).toContain(name);
  expect(text).not.toContain('hunter2');
});

test('a defect in a reader is not taken for a bad setting', () => {
  const broken = () => createSettingsReader().read(() => JSON.parse('{') as unknown);
  expect(broken).toThrow(SyntaxError);
});

test('a service uses <SERVICE>_DATABASE_URL, else DATABASE_URL, else PG_HOST and its companions', () => {
  const env = { WALLET_DATABASE_URL: 'postgres://a/w', DATABASE_URL: 'postgres://a/all' };
  expect(readDatabaseUrl(env, 'wallet')).toBe('postgres://a/w');
  expect(readDatabaseUrl(env, 'cart')).toBe('postgres://a/all');
  const pieces = { APP_ENV: 'production', PG_HOST: 'db', PG_USER: 'shop', PG_PASSWORD: 'p@ss/w', PG_NAME: 'shop' };
  expect(readDatabaseUrl(pieces, 'cart')).toBe('postgres://shop:p%40ss%2Fw@db:5432/shop');
});

test('production has no default for the database address and its password', () => {
  for (const production of [{ APP_ENV: 'production' }, { NODE_ENV: 'production' }]) {
    expect(() => readDatabaseUrl(production, 'cart')).toThrow('DATABASE_URL');
    expect(() => readDatabaseUrl({ ...production, PG_HOST: 'db' }, 'cart')).toThrow('PG_PASSWORD');
  }
  expect(readDatabaseUrl({ PG_HOST: 'db' }, 'cart')).toBe('postgres://postgres@db:5432/ecommerce');
});

test("the environment wins over a service's .env file; empty values count as missing", () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  writeFileSync(join(folder, '.env'), 'HTTP_PORT=1\nLOG_LEVEL=debug\nHOST=\n');
  expect(withEnvFile({ HTTP_PORT: '2', LOG_LEVEL: '' }, folder)).toEqual({ HTTP_PORT: '2', LOG_LEVEL: 'debug' });
  rmSync(folder, { recursive: true });
  expect(withEnvFile({ A: '1' }, folder)).toEqual({ A: '1' });
});
