import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../platform/testing/database.ts';
import { startProgram, type Program } from './testing/program.ts';

vi.setConfig({ testTimeout: 90_000 });

const programs: Program[] = [];
let database: TestDatabase;
let empty: TestDatabase;

/**
 * Settings with which only Postgres works: at the addresses of Redis and Temporal nothing listens, and Kafka is not
 * set.
 */
function environment(): NodeJS.ProcessEnv {
  const base = { DATABASE_URL: database.url, HTTP_PORT: '0', GRPC_PORT: '0' };
  const away = { REDIS_URL: 'redis://127.0.0.1:1', TEMPORAL_ADDRESS: '127.0.0.1:1' };
  return { ...base, ...away, SSO_BCRYPT_COST: '4', DRAIN_SECONDS: '2' };
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Program {
  const program = startProgram(args, env);
  programs.push(program);
  return program;
}

beforeAll(async () => {
  database = await createEmptyDatabase('main');
  empty = await createEmptyDatabase('empty');
  const { code, errors } = await run(['migrate.ts'], { ...environment(), SEED: 'true' }).ended;
  if (code !== 0) throw new Error(errors);
});
afterEach(async () => {
  for (const program of programs.splice(0)) await program.clear();
});
afterAll(() => Promise.all([database.close(), empty.close()]));

/** How many statements a process has sent to Postgres, by its own metrics. */
async function statementsOf(base: string | undefined): Promise<number> {
  const text = await (await fetch(`${base}/metrics`)).text();
  const counts = text.matchAll(/^db_query_duration_seconds_count\{.*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

// It comes first: an order that another test leaves unstarted would keep the process busy.
test('while nobody calls, a process with all roles sends less than one statement a second', async () => {
  const { http: base } = await run(['main.ts', 'all'], { ...environment(), PROCESSES: '1' }).logged('ready');
  await sleep(3000);
  // To read the metrics costs statements, too. They are kept for a second at most.
  const first = await statementsOf(base);
  expect(first).toBeGreaterThan(0);
  await sleep(2000);
  const second = await statementsOf(base);
  await sleep(2000 + 12_000);
  const costOfReading = second - first;
  expect((await statementsOf(base)) - second - costOfReading).toBeLessThan(12);
}, 60_000);

test('the health of the front page tells each server that is away, and no secret', async () => {
  const secret = 'a-secret-of-redis';
  const redis = { REDIS_URL: `redis://:${secret}@127.0.0.1:1` };
  const { http: base } = await run(['main.ts', 'all'], { ...environment(), ...redis }).logged('ready');
  const text = await (await fetch(`${base}/front/health.json`)).text();
  const { servers, services } = JSON.parse(text) as Record<'servers' | 'services', { name: string; state: string }[]>;
  expect(Object.fromEntries(servers.map(({ name, state }) => [name, state]))).toEqual({
    Postgres: 'ok',
    Redis: 'degraded',
    Kafka: 'unused',
    // A worker in this process must have reached Temporal once.
    Temporal: 'failed',
    'Checkout worker': 'failed',
  });
  expect(new Set(services.map(({ state }) => state))).toEqual(new Set(['ok']));
  expect(text).not.toContain(secret);
  expect(text).not.toContain('127.0.0.1');
});

describe.each(['1', '2'])('with PROCESSES=%s', (processes) => {
  const start = (env: NodeJS.ProcessEnv = {}) =>
    run(['main.ts', 'all'], { ...environment(), PROCESSES: processes, ...env });

  test('with Postgres alone all roles start, are not ready, accept a checkout, and stop with status 0', async () => {
    const program = start();
    const { http: base } = await program.logged('ready');
    expect((await fetch(`${base}/ready`)).status).toBe(503);
    expect(await (await fetch(`${base}/health`)).json()).toMatchObject({ status: 'healthy', service: 'all-service' });

    async function call<Answer>(path: string, body?: object, token = ''): Promise<Answer> {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
      return (await (await fetch(`${base}/api/v1/${path}`, init)).json()) as Answer;
    }
    const login = { email: 'demo@example.com', password: 'demo-development-only' };
    const { tokens } = await call<{ tokens: { accessToken: string } }>('auth/login', login);
    const { products } = await call<{ products: { productId: string }[] }>('products?page_size=1');
    await call('cart/items', { productId: products[0]?.productId, quantity: 1 }, tokens.accessToken);
    const accepted = await call('cart/checkout', { requestId: randomUUID() }, tokens.accessToken);
    expect(accepted).toMatchObject({ checkout: { state: 'CHECKOUT_STATE_RUNNING' } });

    program.process.kill('SIGTERM');
    expect(await program.ended).toEqual({ code: 0, errors: '' });
  });

  test('a second signal ends everything at once', async () => {
    const program = start({ UNREADY_SECONDS: '20' });
    await program.logged('ready');
    program.process.kill('SIGTERM');
    await program.logged('stopping');
    program.process.kill('SIGTERM');
    // `ended` waits for the end of the output, which every process holds open.
    expect((await program.ended).code).toBe(1);
  });

  test('a database without tables is one fatal line, and the exit code is 1', async () => {
    const program = start({ DATABASE_URL: empty.url, START_WAIT_SECONDS: '1' });
    expect((await program.ended).code).toBe(1);
    const fatal = program.log.filter(({ level }) => level === 'fatal');
    expect(fatal).toEqual([
      expect.objectContaining({ msg: 'could not start', err: expect.stringContaining('tables') }),
    ]);
  });

  test('a busy port is one fatal line, and the exit code is 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const program = start({ HTTP_PORT: String(port) });
    expect((await program.ended).code).toBe(1);
    other.close();
    const fatal = program.log.filter(({ level }) => level === 'fatal');
    const err = `port ${port} of 127.0.0.1: another program listens there (EADDRINUSE); set HTTP_PORT or GRPC_PORT to another one`;
    expect(fatal).toEqual([expect.objectContaining({ msg: 'could not start', err })]);
  });
});

test('invalid settings are reported as lines, without a stack trace', async () => {
  const bad = { ...environment(), APP_ENV: 'production', REDIS_URL: 'nowhere' };
  const { code, errors } = await run(['main.ts', 'all'], bad).ended;
  expect(code).toBe(2);
  expect(errors).toContain('REDIS_URL');
  expect(errors).toContain('JWT_SECRET');
  expect(errors).not.toContain('    at ');
});
