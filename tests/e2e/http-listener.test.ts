import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { setting } from '../../testkit/stack/stack.ts';
import { restDriver } from './drivers/rest.ts';
import { send, signUp } from './http.ts';
import { processUrls } from './processes.ts';
import { stranger } from './shop.ts';

let token = '';
beforeAll(async () => {
  token = (await signUp()).accessToken;
});

describe('the HTTP listener', () => {
  test('never routes an internal RPC', async () => {
    for (const method of [
      'ecommerce.wallet.internal.v1.FundsService/Capture',
      'ecommerce.products.internal.v1.StockService/Release',
      'ecommerce.cart.internal.v1.CartClaimService/Claim',
      'ecommerce.order.internal.v1.OrderWriteService/Complete',
    ]) {
      const { status } = await send(`POST /${method}`, { token, body: { orderId: randomUUID() } });
      expect(status, method).toBe(404);
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
      const { headers, is } = await send(`POST ${path}`, { token, body });
      const what = `${path} ${JSON.stringify(body)}`;
      expect(headers['content-type'], what).toContain('application/problem+json');
      expect(is, what).toBe(`${status} ${reason}`);
    }
  });

  test('asks for a token where one is needed', async () => {
    const anonymous = stranger(restDriver());
    await expect(anonymous.cart()).rejects.toMatchObject({ code: '401', reason: 'TOKEN_INVALID' });
    await expect(anonymous.createProduct({ priceMinor: 1, pieces: 1 })).rejects.toMatchObject({ code: '401' });
    const product = { sku: 'X', name: 'x', price: { currencyCode: 'USD', minorUnits: '1' } };
    const forbidden = await send('POST /api/v1/products', { token, body: { product, requestId: randomUUID() } });
    expect(forbidden.status).toBe(403);
  });

  test('heeds Idempotency-Key and Prefer: wait, and answers with the checkout’s Location', async () => {
    const credentials = { email: setting('DEMO_EMAIL'), password: setting('DEMO_PASSWORD') };
    const shopper = stranger(restDriver(), credentials);
    await shopper.signIn();
    const list = await send('GET /api/v1/products?category=Garden&in_stock=true&order_by=price&page_size=1');
    const { products } = list.json as { products: { productId: string }[] };
    await shopper.add(products[0]?.productId ?? '', 1);
    const call = { token: shopper.tokens.accessToken, body: {} };
    const key = { 'idempotency-key': randomUUID() };
    const accepted = await send('POST /api/v1/cart/checkout', { ...call, headers: key });
    expect(accepted.status).toBe(202);
    const { checkout } = accepted.json as { checkout: { orderId: string } };
    expect(accepted.headers['location']).toBe(`/api/v1/checkouts/${checkout.orderId}`);
    const repeated = await send('POST /api/v1/cart/checkout', { ...call, headers: { ...key, prefer: 'wait=8' } });
    expect(repeated.status).toBe(200);
    expect(repeated.json).toMatchObject({
      checkout: { orderId: checkout.orderId, state: 'CHECKOUT_STATE_SUCCEEDED' },
    });
  });
});

describe('a process', () => {
  test('answers /health, /ready and /metrics', async () => {
    let metrics = '';
    for (const url of processUrls()) {
      const health = await fetch(`${url}/health`);
      expect(await health.json()).toMatchObject({ status: 'healthy', service: expect.stringMatching(/-service$/) });
      expect((await fetch(`${url}/ready`)).status, url).toBe(200);
      metrics += await (await fetch(`${url}/metrics`)).text();
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
