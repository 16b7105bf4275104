import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAddresses } from './addresses.ts';
import { readDatabaseUrl } from './database-url.ts';
import { withEnvFile } from './env-file.ts';
import { ConfigError, createSettingsReader } from './errors.ts';
import { readPorts } from './ports.ts';
import { readProcessConfig } from './process-config.ts';

test('all that is wrong is reported at once, by name and without values', () => {
  const reader = createSettingsReader();
  reader.read(() => readProcessConfig({ REDIS_URL: 'http://hunter2', KAFKA_BROKERS: 'nowhere', APP_ENV: 'test' }));
  reader.read(() => readDatabaseUrl({ DATABASE_URL: 'mysql://hunter2' }, 'wallet'));
  reader.read(() => readPorts({ HTTP_PORT: 'eighty' }, ['wallet']));
  const failure = (() => {
    try {
      return reader.check();
    } catch (error) {
      return error;
    }
  })();
  expect(failure).toBeInstanceOf(ConfigError);
  const text = String(failure);
  for (const name of ['REDIS_URL', 'KAFKA_BROKERS', 'APP_ENV', 'DATABASE_URL', 'HTTP_PORT'])
    expect(text).toContain(name);
  expect(text).not.toContain('hunter2');
});

test('a defect in a reader is not taken for a bad setting', () => {
  const broken = () => createSettingsReader().read(() => JSON.parse('{') as unknown);
  expect(broken).toThrow(SyntaxError);
});

test('a service has the database of its own name, the common one, or one made of pieces', () => {
  const env = { WALLET_DATABASE_URL: 'postgres://a/w', DATABASE_URL: 'postgres://a/all' };
  expect(readDatabaseUrl(env, 'wallet')).toBe('postgres://a/w');
  expect(readDatabaseUrl(env, 'cart')).toBe('postgres://a/all');
  const pieces = { APP_ENV: 'production', PG_HOST: 'db', PG_USER: 'shop', PG_PASSWORD: 'p@ss/w', PG_NAME: 'shop' };
  expect(readDatabaseUrl(pieces, 'cart')).toBe('postgres://shop:p%40ss%2Fw@db:5432/shop');
});

test('production has no default for an address of the database, nor for its password', () => {
  for (const production of [{ APP_ENV: 'production' }, { NODE_ENV: 'production' }]) {
    expect(() => readDatabaseUrl(production, 'cart')).toThrow('DATABASE_URL');
    expect(() => readDatabaseUrl({ ...production, PG_HOST: 'db' }, 'cart')).toThrow('PG_PASSWORD');
  }
  expect(readDatabaseUrl({ PG_HOST: 'db' }, 'cart')).toBe('postgres://postgres@db:5432/ecommerce');
});

test('ports are those of the role, common ones for several, and no gRPC for those without RPCs', () => {
  expect(readPorts({}, ['wallet'])).toEqual({ http: 8082, grpc: 50_054 });
  expect(readPorts({}, ['wallet', 'cart'])).toEqual({ http: 8000, grpc: 50_051 });
  expect(readPorts({}, ['wallet', 'worker'])).toEqual({ http: 8082, grpc: 50_054 });
  expect(readPorts({ HTTP_PORT: '9000', GRPC_PORT: '9001' }, ['worker'])).toEqual({ http: 9000, grpc: undefined });
});

test('services elsewhere are found by their own address, the common one, or their usual port', () => {
  const hosted = new Set(['sso', 'order', 'checkout', 'cart']);
  expect(readAddresses({ PRODUCTS_ADDRESS: 'shop:1, shop:3', SERVICES_ADDRESS: 'http://all:2' }, hosted)).toEqual({
    products: ['http://shop:1', 'http://shop:3'],
    wallet: ['http://all:2'],
  });
  expect(readAddresses({}, hosted).wallet).toEqual(['http://127.0.0.1:50054']);
  expect(() => readAddresses({ WALLET_ADDRESS: ' , ' }, hosted)).toThrow('host:port');
});

test("a service's .env file gives way to the environment; empty values count as none", () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  writeFileSync(join(folder, '.env'), 'HTTP_PORT=1\nLOG_LEVEL=debug\nHOST=\n');
  expect(withEnvFile({ HTTP_PORT: '2', LOG_LEVEL: '' }, folder)).toEqual({ HTTP_PORT: '2', LOG_LEVEL: 'debug' });
  rmSync(folder, { recursive: true });
  expect(withEnvFile({ A: '1' }, folder)).toEqual({ A: '1' });
});
