import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { baseUrl } from './drivers/driver.ts';
import { restDriver } from './drivers/rest.ts';
import { processDoors } from './processes.ts';
import { Customer } from './shop.ts';

let token = '';
beforeAll(async () => {
  const email = `doors-${randomUUID()}@example.com`;
  const response = await post('/api/v1/auth/register', { email, password: 'correct horse battery' });
  token = ((await response.json()) as { tokens: { accessToken: string } }).tokens.accessToken;
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${baseUrl()}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const authorization = () => ({ authorization: `Bearer ${token}` });

describe('the HTTP door', () => {
  test('never routes an internal RPC', async () => {
    for (const method of [
      'ecommerce.wallet.internal.v1.FundsService/Capture',
      'ecommerce.products.internal.v1.StockService/Release',
      'ecommerce.cart.internal.v1.CartClaimService/Claim',
      'ecommerce.order.internal.v1.OrderWriteService/Complete',
    ]) {
      const response = await post(`/${method}`, { orderId: randomUUID() }, authorization());
      expect(response.status, method).toBe(404);
    }
  });

  test('answers bad input with a typed problem, never with a 5xx', async () => {
    const cases: readonly [string, unknown, number, string][] = [
      ['/api/v1/auth/register', '{"email":', 400, 'MALFORMED_REQUEST'],
      ['/api/v1/auth/register', { email: 'nobody', password: 'correct horse battery' }, 400, 'VALIDATION_FAILED'],
      ['/api/v1/auth/register', { email: 'a@example.com', password: 'x'.repeat(73) }, 400, 'VALIDATION_FAILED'],
      ['/api/v1/cart/items', { productId: randomUUID(), quantity: 0 }, 400, 'VALIDATION_FAILED'],
      ['/api/v1/cart/items', { productId: randomUUID(), quantity: -1 }, 400, 'VALIDATION_FAILED'],
      ['/api/v1/cart/items', { productId: randomUUID(), quantity: 1.5 }, 400, 'MALFORMED_REQUEST'],
      ['/api/v1/cart/items', { productId: randomUUID(), quantity: 2 ** 53 + 2 }, 400, 'MALFORMED_REQUEST'],
      ['/api/v1/cart/items', { productId: randomUUID(), quantity: 1 }, 404, 'PRODUCT_NOT_FOUND'],
      ['/api/v1/cart/checkout', {}, 400, 'VALIDATION_FAILED'],
      ['/api/v1/nowhere', {}, 404, 'ROUTE_NOT_FOUND'],
    ];
    for (const [path, body, status, reason] of cases) {
      const response = await post(path, body, authorization());
      const what = `${path} ${JSON.stringify(body)}`;
      expect(response.headers.get('content-type'), what).toContain('application/problem+json');
      expect([response.status, ((await response.json()) as { reason: string }).reason], what).toEqual([status, reason]);
    }
  });

  test('asks for a token where one is needed', async () => {
    const anonymous = new Customer(restDriver());
    await expect(anonymous.cart()).rejects.toMatchObject({ code: '401', reason: 'TOKEN_INVALID' });
    await expect(anonymous.createProduct(1, 1)).rejects.toMatchObject({ code: '401' });
    const forbidden = await post(
      '/api/v1/products',
      {
        product: { sku: 'X', name: 'x', price: { currencyCode: 'USD', minorUnits: '1' } },
        requestId: randomUUID(),
      },
      authorization(),
    );
    expect(forbidden.status).toBe(403);
  });

  test('takes Idempotency-Key and Prefer: wait, and points to the checkout', async () => {
    const demo = await post('/api/v1/auth/login', {
      email: process.env['DEMO_EMAIL'],
      password: process.env['DEMO_PASSWORD'],
    });
    const { tokens } = (await demo.json()) as { tokens: { accessToken: string } };
    const headers = { authorization: `Bearer ${tokens.accessToken}` };
    const list = await fetch(`${baseUrl()}/api/v1/products?category=Garden&in_stock=true&order_by=price&page_size=1`);
    const { products } = (await list.json()) as { products: { productId: string }[] };
    await post('/api/v1/cart/items', { productId: products[0]?.productId, quantity: 1 }, headers);
    const requestId = { ...headers, 'idempotency-key': randomUUID() };
    const accepted = await post('/api/v1/cart/checkout', {}, requestId);
    expect(accepted.status).toBe(202);
    const { checkout } = (await accepted.json()) as { checkout: { orderId: string } };
    expect(accepted.headers.get('location')).toBe(`/api/v1/checkouts/${checkout.orderId}`);
    const repeated = await post('/api/v1/cart/checkout', {}, { ...requestId, prefer: 'wait=8' });
    expect(repeated.status).toBe(200);
    expect(await repeated.json()).toMatchObject({
      checkout: { orderId: checkout.orderId, state: 'CHECKOUT_STATE_SUCCEEDED' },
    });
  });
});

describe('a process', () => {
  test('tells liveness, readiness and metrics', async () => {
    let metrics = '';
    for (const door of processDoors()) {
      const health = await fetch(`${door}/health`);
      expect(await health.json()).toMatchObject({ status: 'healthy', service: expect.stringMatching(/-service$/) });
      expect((await fetch(`${door}/ready`)).status, door).toBe(200);
      metrics += await (await fetch(`${door}/metrics`)).text();
    }
    for (const name of [
      'http_requests_total',
      'http_request_duration_seconds',
      'grpc_server_handled_total',
      'grpc_server_handling_seconds',
      'db_connections_open',
      'db_query_duration_seconds',
      'orders_created_total',
      'cart_items_added_total',
    ]) {
      expect(metrics, name).toContain(name);
    }
  });
});
