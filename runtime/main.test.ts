import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../platform/testing/database.ts';

const services = import.meta.dirname;
const children: ChildProcess[] = [];
let database: TestDatabase;

/**
 * Settings with which only Postgres works: at the addresses of Redis and Temporal nothing listens, and Kafka is not
 * set.
 */
function environment(): NodeJS.ProcessEnv {
  const base = { PATH: process.env.PATH, DATABASE_URL: database.url, HTTP_PORT: '0', GRPC_PORT: '0' };
  const away = { REDIS_URL: 'redis://127.0.0.1:1', TEMPORAL_ADDRESS: '127.0.0.1:1' };
  return { ...base, ...away, SSO_BCRYPT_COST: '4', DRAIN_SECONDS: '2' };
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, args, { cwd: services, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly errors: string }> {
  let errors = '';
  child.stdout?.resume();
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, errors };
}

/** Waits for the log line with this message. */
async function logged(child: ChildProcess, message: string): Promise<{ readonly http?: string }> {
  if (child.stdout === null) throw new Error('no output');
  for await (const line of createInterface(child.stdout)) {
    const entry = JSON.parse(line) as { readonly msg: string; readonly http?: string };
    if (entry.msg === message) return entry;
  }
  throw new Error(`the process ended without the log message: ${message}`);
}

beforeAll(async () => {
  database = await createEmptyDatabase('main');
  const { code, errors } = await ended(run(['migrate.ts'], { ...environment(), SEED: 'true' }));
  if (code !== 0) throw new Error(errors);
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});
afterAll(() => database.close());

/** How many statements a process has sent to Postgres, by its own metrics. */
async function statementsOf(base: string | undefined): Promise<number> {
  const text = await (await fetch(`${base}/metrics`)).text();
  const counts = text.matchAll(/^db_query_duration_seconds_count\{.*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

// It comes first: an order that another test leaves unstarted would keep the process busy.
test('while nobody calls, a process with all roles sends less than one statement a second', async () => {
  const { http: base } = await logged(run(['main.ts', 'all'], environment()), 'ready');
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

test('with Postgres alone a process with all roles starts, is not ready, accepts a checkout, and stops with status 0', async () => {
  const child = run(['main.ts', 'all'], environment());
  const { http: base } = await logged(child, 'ready');
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

  child.kill('SIGTERM');
  expect(await ended(child)).toEqual({ code: 0, errors: '' });
});

test('a second signal ends the process at once', async () => {
  const child = run(['main.ts', 'all'], { ...environment(), UNREADY_SECONDS: '20' });
  await logged(child, 'ready');
  child.kill('SIGTERM');
  await logged(child, 'stopping');
  const end = ended(child);
  child.kill('SIGTERM');
  expect((await end).code).toBe(1);
});

test('invalid settings are reported as lines, without a stack trace', async () => {
  const bad = { ...environment(), APP_ENV: 'production', REDIS_URL: 'nowhere' };
  const { code, errors } = await ended(run(['main.ts', 'all'], bad));
  expect(code).toBe(2);
  expect(errors).toContain('REDIS_URL');
  expect(errors).toContain('JWT_SECRET');
  expect(errors).not.toContain('    at ');
});
