import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { temporalAddress } from '../../../platform/testing/temporal.ts';
import { startProgram, type Program } from '../../../runtime/testing/program.ts';
import { openShop, type Shop } from '../../../testkit/shopper/shop.ts';
import { startCollector, type Collector, type Received } from './collector.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

const admin = { email: 'admin@example.com', password: 'admin-development-only' };
const programs: Program[] = [];
let collector: Collector;
let database: TestDatabase;
let shop: Shop;

async function run(roles: readonly string[], env: NodeJS.ProcessEnv): Promise<Record<'http' | 'grpc', string>> {
  const program = startProgram(['main.ts', ...roles], { PROCESSES: '1', HTTP_PORT: '0', GRPC_PORT: '0', ...env });
  programs.push(program);
  const { http = '', grpc } = await program.logged('ready');
  return { http, grpc: String(grpc) };
}

// The cart and the relay are one process: without Kafka, so that this test takes no events of others.
beforeAll(async () => {
  collector = await startCollector();
  database = await createEmptyDatabase('apart');
  const env = {
    DATABASE_URL: database.url,
    SERVICE_KEYS_DIR: process.env['SERVICE_KEYS_DIR'],
    JWT_SECRET: process.env['JWT_SECRET'],
    SSO_BCRYPT_COST: '4',
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_TASK_QUEUE: new URL(database.url).pathname.slice(1),
    AUDIT_EVERY_SECONDS: '0',
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=shop',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  };
  const { code, errors } = await startProgram(['migrate.ts'], env).ended;
  if (code !== 0) throw new Error(errors);
  const services = await run(['sso', 'products', 'wallet', 'cart', 'order', 'backoffice', 'relay'], env);
  const others = {
    ...env,
    SERVICES_ADDRESS: services.grpc,
    JWKS_URL: `${services.http}/.well-known/jwks.json`,
  };
  const [checkout] = await Promise.all([run(['checkout'], others), run(['worker'], others)]);
  shop = openShop({ api: services.http, grpc: services.grpc, admin, checkouts: checkout.http });
});
afterAll(async () => {
  shop?.close();
  await Promise.all(programs.map((program) => program.clear()));
  await database?.close();
  await collector?.close();
});

const pathOf = (span: Received, all: readonly Received[]): string => {
  const name = `${span.name.replace(/^ecommerce\..*\./, '')}@${span.service.replace(/-service$/, '')}`;
  if (span.parentSpanId === '') return name;
  const parent = all.find(({ spanId }) => spanId === span.parentSpanId);
  return parent === undefined ? `an orphan: ${name}` : `${pathOf(parent, all)} > ${name}`;
};

test('the spans of an order that crosses three processes arrive at the collector as one tree', async () => {
  const lamp = await shop.product(1000, 10);
  const buyer = await shop.buyer(100_000);
  await buyer.add(lamp.productId, 1);
  const { orderId } = await buyer.startCheckout({ waitSeconds: 8 });
  const accepted = () =>
    collector.spans.find(
      ({ name, attributes }) => name.endsWith('/StartCheckout') && attributes['ecommerce.order.id'] === orderId,
    );
  const tree = (): Received[] => collector.spans.filter(({ traceId }) => traceId === accepted()?.traceId);
  const paths = (): string[] => tree().map((span) => pathOf(span, tree()));
  // Each process sends what it has every five seconds.
  await expect
    .poll(() => paths().some((path) => path.includes('process ecommerce.orders.v1')), { timeout: 30_000 })
    .toBe(true);
  await expect.poll(() => paths().filter((path) => path.includes('orphan')), { timeout: 30_000 }).toEqual([]);
  expect(paths().filter((path) => !path.includes(' > '))).toEqual(['CheckoutService/StartCheckout@checkout']);
  const complete = paths().find((path) => path.includes('process ecommerce.orders.v1')) ?? '';
  const [, ...way] = complete.split(' > ').map((step) => step.replace(/@[\w+-]*$/, ''));
  expect(way).toEqual([
    'StartWorkflow:checkout',
    'RunWorkflow:checkout',
    'RunActivity:attemptCheckout',
    // The call as its caller and as its service saw it.
    'OrderWriteService/Complete',
    'OrderWriteService/Complete',
    'send ecommerce.orders.v1',
    'process ecommerce.orders.v1',
  ]);
  expect(new Set(tree().map(({ service }) => service)).size).toBe(3);
});

test("the exporter heeds OpenTelemetry's own settings", () => {
  expect(collector.requests[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-tenant': 'shop' } });
});

test('the log of each process has the ids under which its spans can be found', () => {
  const accepted = programs.flatMap(({ log }) => log).filter(({ msg }) => msg === 'checkout accepted');
  expect(accepted).toHaveLength(1);
  const traceIds = new Set(collector.spans.map(({ traceId }) => traceId));
  const ofOrder = programs.map(({ log }) => log.filter((line) => line['orderId'] === accepted[0]?.['orderId']));
  expect(ofOrder.every((lines) => lines.length > 0)).toBe(true);
  for (const line of ofOrder.flat()) {
    expect(traceIds.has(String(line['traceId']))).toBe(true);
    expect(line['requestId']).toBe(accepted[0]?.['requestId']);
  }
});
