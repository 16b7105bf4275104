/** The settings of docs/production.md start the platform in production mode, and it sells something. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eventually } from '../platform/testing/eventually.ts';
import { createEmptyDatabase, type TestDatabase } from '../platform/testing/database.ts';
import { temporalAddress } from '../platform/testing/temporal.ts';
import { callOnce, startProgram, type Program } from './testing/program.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const page = readFileSync(join(import.meta.dirname, '../docs/production.md'), 'utf8');
/** A namespace of its own, because workers of other tests would take the checkouts. */
const namespace = `production-${randomUUID().slice(0, 8)}`;

let database: TestDatabase;
let program: Program;
let settings: Record<string, string>;
let base = '';

/** The lines of the page's settings. What somebody has to choose there is chosen here. */
function settingsOfPage(): Record<string, string> {
  const [, lines = ''] = /```ini\n([^]*?)```/.exec(page) ?? [];
  const entries = lines
    .trim()
    .split('\n')
    .map((line) => /^(\w+)=(.*)$/.exec(line)?.slice(1) ?? [line, '']);
  const chosen = entries.map(([name = '', value = '']) => [name, value.replaceAll(/<[^>]*>/g, randomUUID())] as const);
  return Object.fromEntries(chosen);
}

beforeAll(async () => {
  database = await createEmptyDatabase('production');
  const connection = await Connection.connect({ address: temporalAddress });
  const day = msToTs('1 day');
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: day });
  await connection.close();
  settings = {
    ...settingsOfPage(),
    DATABASE_URL: database.url,
    AUDIT_DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
    REDIS_URL: process.env['REDIS_URL'] ?? '',
    // Its topics are those of the other tests.
    KAFKA_BROKERS: '',
    HTTP_PORT: '0',
    GRPC_PORT: '0',
  };
  const { code, errors } = await startProgram(['migrate.ts'], settings).ended;
  if (code !== 0) throw new Error(errors);
  program = startProgram(['main.ts', 'all'], settings);
  base = (await program.logged('ready')).http ?? '';
});
afterAll(async () => {
  await program.clear();
  await database.close();
});

async function call<Answer>(path: string, body?: object, token = ''): Promise<Answer> {
  const answer = await callOnce(`${base}${path}`, { ...(body === undefined ? {} : { body }), token });
  expect(answer.status, `${path}: ${answer.body}`).toBeLessThan(300);
  return JSON.parse(answer.body) as Answer;
}

interface Signed {
  readonly user: { readonly userId: string };
  readonly tokens: { readonly accessToken: string };
}

test('the platform becomes ready, and has no accounts but the administrator of the settings', async () => {
  await eventually('readiness', async () => {
    expect((await callOnce(`${base}/ready`)).status).toBe(200);
  });
  const demo = { email: 'demo@example.com', password: 'demo-development-only' };
  expect((await callOnce(`${base}/api/v1/auth/login`, { body: demo })).status).toBe(401);
});

test('an administrator puts a product and money in, and a customer buys', async () => {
  const login = { email: settings['ADMIN_EMAIL'], password: settings['ADMIN_PASSWORD'] };
  const admin = (await call<Signed>('/api/v1/auth/login', login)).tokens.accessToken;
  const price = { currencyCode: 'USD', minorUnits: '900' };
  const product = { sku: randomUUID(), name: 'Mug', category: 'kitchen', price, availableQuantity: 10 };
  const created = await call<{ product: { productId: string } }>(
    '/api/v1/products',
    { product, requestId: randomUUID() },
    admin,
  );
  const me = await call<Signed>('/api/v1/auth/register', {
    email: `${randomUUID()}@example.com`,
    password: 'correct horse battery',
  });
  const token = me.tokens.accessToken;
  await call('/api/v1/wallet', { currencyCode: 'USD' }, token);
  const amount = { currencyCode: 'USD', minorUnits: '5000' };
  const topUp = await callOnce(`${base}/api/v1/wallet/topup`, { body: { amount, requestId: randomUUID() }, token });
  expect(topUp.body).toContain('FREE_TOP_UP_DISABLED');
  const credit = { amount, reason: 'a first purchase', requestId: randomUUID() };
  await call(`/api/v1/admin/wallets/${me.user.userId}:credit`, credit, admin);
  await call('/api/v1/cart/items', { productId: created.product.productId, quantity: 2 }, token);
  const { checkout } = await call<{ checkout: { orderId: string } }>(
    '/api/v1/cart/checkout',
    { requestId: randomUUID() },
    token,
  );
  await eventually(
    'the end of the order',
    () => call<{ order: { status: string } }>(`/api/v1/orders/${checkout.orderId}`, undefined, token),
    ({ order }) => order.status === 'ORDER_STATUS_COMPLETED',
    { withinMs: 60_000, everyMs: 200 },
  );
});
