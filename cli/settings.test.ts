import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createContext } from './context.ts';
import { checksOf } from './doctor-checks.ts';
import { runChecks } from './doctor.ts';
import { exitCodes } from './exit.ts';
import { failureOf, textOf } from './failure.ts';
import { namingNamespace } from './namespace.ts';
import { apiAddress, orderAddress, withoutPassword } from './settings.ts';

const url = 'must be http://host:port';
const database = 'must be postgres://user:password@host:port/name';
const list = 'must be host:port, several separated by commas';
const wrong = [
  ['ECOMMERCE_API_URL', 'shop', 'API', url],
  ['ORDER_ADDRESS', 'ftp://shop', 'gRPC', url],
  ['ECOMMERCE_GRPC_URL', 'shop', 'gRPC', url],
  ['DATABASE_URL', 'garbage', 'Postgres (cart)', database],
  ['CART_DATABASE_URL', 'garbage', 'Postgres (cart)', database],
  ['REDIS_URL', 'foo', 'Redis', 'must be redis://host:port'],
  ['KAFKA_BROKERS', 'foo', 'Kafka', list],
] as const;

test.each(wrong)('the doctor names a wrong %s, and goes on', async (name, value, part, says) => {
  const env = { [name]: value };
  const checks = checksOf(createContext(env, { json: false, asks: false }), env);
  expect(new Set(checks.map((check) => check.part)).size).toBe(checks.length);
  const found = await runChecks(
    checks.filter((check) => check.part === part),
    textOf,
  );
  expect(found).toEqual([
    { part, address: '', state: 'fail', message: `${name}: ${says}`, fix: 'correct this setting' },
  ]);
  expect(checks).toHaveLength(checksOf(createContext({}, { json: false, asks: false }), {}).length);
});

test.each([
  [{ DATABASE_URL: 'garbage' }, ['audit'], `DATABASE_URL: ${database}`],
  [{ DATABASE_URL: 'garbage' }, ['keys', 'list'], `DATABASE_URL: ${database}`],
  [{ DATABASE_URL: 'garbage' }, ['events', 'dead', 'list'], `DATABASE_URL: ${database}`],
  [{ DATABASE_URL: 'garbage' }, ['checkout', 'settle-lost'], `DATABASE_URL: ${database}`],
  [{ PG_HOST: 'a b' }, ['events', 'dead', 'list'], 'PG_HOST: must be the name of a host'],
  [{ KAFKA_BROKERS: 'a b:x' }, ['events', 'tail'], `KAFKA_BROKERS: ${list}`],
  [{ ECOMMERCE_API_URL: 'shop' }, ['products', 'list'], `ECOMMERCE_API_URL: ${url}`],
  [
    { SERVICE_KEYS_DIR: '/nowhere' },
    ['order', 'show', '0b9f9a3e-4c1d-4e0a-9d5b-2f6c7a8b9c0d'],
    'SERVICE_KEYS_DIR: must be a folder with public.json and cli.json: ' +
      "ENOENT: no such file or directory, open '/nowhere/public.json'",
  ],
])('a command with the setting %j says what is wrong in one line (%j)', async (env, args, says) => {
  const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts', ...args];
  const options = { cwd: join(import.meta.dirname, '..'), env: { PATH: process.env['PATH'], ...env } };
  const ended = promisify(execFile)(process.execPath, node, options);
  const { code, stderr } = (await ended.catch((error: unknown) => error)) as { code: number; stderr: string };
  expect({ code, stderr }).toEqual({ code: exitCodes.usage, stderr: `${says}\n` });
});

test('what needs a part whose setting is wrong is not checked', async () => {
  const env = { ECOMMERCE_API_URL: 'shop' };
  const checks = checksOf(createContext(env, { json: false, asks: false }), env);
  const found = await runChecks(
    checks.filter(({ part }) => part === 'API' || part === 'clock'),
    textOf,
  );
  expect(found.map(({ state }) => state)).toEqual(['fail', 'skip']);
});

test('for programs it is an error with a reason', async () => {
  const context = createContext({ ECOMMERCE_API_URL: 'shop' }, { json: true, asks: false });
  const error = await context.catalog().catch((thrown: unknown) => thrown);
  expect(failureOf(error).failure).toEqual({ reason: 'WRONG_SETTING', message: `ECOMMERCE_API_URL: ${url}` });
});

test('a namespace that Temporal lacks is told from a Temporal that does not answer', () => {
  const lost = Object.assign(new Error('14 UNAVAILABLE: refused'), { code: 14 });
  const lacking = Object.assign(new Error('5 NOT_FOUND: Namespace nope is not found.'), { code: 5 });
  const workflow = Object.assign(new Error('5 NOT_FOUND: workflow not found'), { code: 5 });
  for (const error of [lost, workflow]) expect(namingNamespace(error, 'nope')).toBe(error);
  const told = namingNamespace(new Error('no answer', { cause: lacking }), 'nope');
  expect(textOf(told)).toBe('TEMPORAL_NAMESPACE: Temporal has no namespace nope; name one that it has');
  expect(failureOf(told).exitCode).toBe(exitCodes.usage);
});

test('an address is shown without its password, and used with it', async () => {
  expect(withoutPassword('http://u:p@ss@shop:80/a@b')).toBe('http://shop:80/a@b');
  expect(withoutPassword('http://shop:80/a@b')).toBe('http://shop:80/a@b');
  const env = { ECOMMERCE_API_URL: 'http://u:secret@127.0.0.1:1', ORDER_ADDRESS: 'http://u:secret@127.0.0.1:1' };
  const context = createContext(env, { json: false, asks: false });
  expect(apiAddress(env)).toContain('secret');
  expect(context.apiUrl).toBe('http://127.0.0.1:1');
  const findings = await runChecks(
    checksOf(context, env).filter(({ part }) => part === 'API' || part === 'clock'),
    textOf,
  );
  expect(JSON.stringify(findings)).not.toContain('secret');
  const failed = await context.signIn('a@example.com', 'x').catch((error: unknown) => error);
  expect(textOf(failed)).toMatch(/^API at http:\/\/127\.0\.0\.1:1 does not answer/);
});

test('an empty setting counts as none, and a host with a port is an address', () => {
  expect(apiAddress({ ECOMMERCE_API_URL: '' })).toBe('http://127.0.0.1:8000');
  expect(orderAddress({ ORDER_ADDRESS: '', ECOMMERCE_GRPC_URL: 'https://shop' })).toBe('https://shop');
  expect(orderAddress({ ORDER_ADDRESS: 'order-service:50055' })).toBe('http://order-service:50055');
});
