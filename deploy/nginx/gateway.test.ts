import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freeAddresses, gatewayRoles, nginxProgram, startGateway } from './testing/gateway.ts';

interface Seen {
  readonly role: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

const seen: Seen[] = [];
let api: string;
let stopGateway = () => Promise.resolve();
let releasePorts = () => {};
const services: Server[] = [];

/** Starts services that answer with their role. The first replica of each is down; wallet has no replica at all. */
async function startAll(program: string): Promise<void> {
  const addresses = await freeAddresses(['http', 'grpc', 'nobody', ...gatewayRoles]);
  releasePorts = addresses.release;
  const address = addresses.of;
  const upstreams: Record<string, string> = {};
  for (const role of gatewayRoles) {
    const service = createServer((request, response) => {
      seen.push({ role, url: request.url ?? '', headers: request.headers });
      request.resume().once('end', () => response.end(role));
    });
    service.listen(Number(address(role).split(':')[1]), '127.0.0.1');
    await once(service, 'listening');
    services.push(service);
    for (const listener of ['HTTP', 'GRPC']) {
      upstreams[`${role}_${listener}_1`] = address('nobody');
      upstreams[`${role}_${listener}_2`] = role === 'WALLET' ? address('nobody') : address(role);
    }
  }
  api = `http://${address('http')}`;
  const gateway = await startGateway(program, {
    upstreams,
    GATEWAY_HTTP: address('http'),
    GATEWAY_GRPC: address('grpc'),
    REQUESTS_PER_SECOND: '1',
    REQUEST_BURST: '60',
    CONCURRENT_REQUESTS: '50',
  });
  stopGateway = gateway.stop;
}

async function answerOf(path: string, init: RequestInit = {}) {
  const response = await fetch(`${api}${path}`, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

// Skipped without nginx, which only the launcher installs. `npm run test:roles` runs the whole platform behind the
// gateway.
describe.skipIf(nginxProgram === undefined)('the gateway', () => {
  beforeAll(() => startAll(nginxProgram ?? ''));
  afterAll(async () => {
    await stopGateway();
    for (const service of services) service.close();
    releasePorts();
  });

  test.each([
    ['/api/v1/auth/login', 'SSO'],
    ['/api/v1/auth/sessions:revokeOthers', 'SSO'],
    ['/.well-known/jwks.json', 'SSO'],
    ['/api/v1/products', 'PRODUCTS'],
    ['/api/v1/products:batchGet', 'PRODUCTS'],
    ['/api/v1/products/1:adjustStock', 'PRODUCTS'],
    ['/api/v1/categories', 'PRODUCTS'],
    ['/api/v1/cart', 'CART'],
    ['/api/v1/cart/items/1', 'CART'],
    ['/api/v1/cart/checkout', 'CHECKOUT'],
    ['/api/v1/checkouts/1:cancel', 'CHECKOUT'],
    ['/api/v1/orders/1/history', 'ORDER'],
    ['/ecommerce.order.v1.OrderService/WatchOrder', 'ORDER'],
    ['/openapi.json', 'PRODUCTS'],
    ['/', 'PRODUCTS'],
  ])('%s → %s: while the first replica is down, the second gets every request, also a POST', async (path, role) => {
    expect(await answerOf(path, { method: 'POST', body: '{}' })).toMatchObject({ status: 200, text: role });
  });

  test('passes path and query on unchanged', async () => {
    await answerOf('/api/v1/products?query=a%20b%2Fc&page_size=1');
    expect(seen.at(-1)?.url).toBe('/api/v1/products?query=a%20b%2Fc&page_size=1');
  });

  test.each([
    '/api/v1/carts',
    '/api/v1/authx',
    '/ecommerce.wallet.internal.v1.FundsService/Capture',
    '/metrics',
    '/index.html',
  ])('%s leads nowhere', async (path) => {
    const { status, text } = await answerOf(path);
    expect([status, JSON.parse(text)]).toMatchObject([404, { reason: 'ROUTE_NOT_FOUND' }]);
  });

  test('a browser that asks for an unknown path gets a page, a client of Connect never does', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const { status, text } = await answerOf('/nothing', { headers });
    expect([status, text]).toEqual([404, expect.stringMatching(/^<!doctype html>.*Not Found.*\/docs/s)]);
    const connect = await answerOf('/ecommerce.nothing.v1.Service/Get', { headers });
    expect(JSON.parse(connect.text)).toMatchObject({ code: 'unimplemented' });
  });

  test('replaces all headers in which a client names its address', async () => {
    const forged = { 'x-forwarded-for': '6.6.6.6', 'x-real-ip': '6.6.6.6', forwarded: 'for=6.6.6.6' };
    await answerOf('/api/v1/cart', { headers: { ...forged, 'x-forwarded-proto': 'https' } });
    const headers: IncomingHttpHeaders = seen.at(-1)?.headers ?? {};
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-real-ip': '127.0.0.1',
    });
    expect(headers['forwarded']).toBeUndefined();
    expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
  });

  test('a service without a replica is unavailable, in the error format of each protocol', async () => {
    const rest = await answerOf('/api/v1/wallet');
    expect([rest.status, JSON.parse(rest.text)]).toMatchObject([503, { reason: 'UPSTREAM_UNAVAILABLE', status: 503 }]);
    expect(rest.headers.get('content-type')).toBe('application/problem+json');
    expect(rest.headers.get('retry-after')).toBe('1');
    const connect = await answerOf('/ecommerce.wallet.v1.WalletService/GetWallet', { method: 'POST', body: '{}' });
    expect([connect.status, JSON.parse(connect.text)]).toMatchObject([503, { code: 'unavailable' }]);
  });

  test('a body above the limit is refused, and no service gets it', async () => {
    const before = seen.length;
    const { status, text } = await answerOf('/api/v1/cart/items', { method: 'POST', body: 'x'.repeat(1_200_000) });
    expect([status, JSON.parse(text)]).toMatchObject([413, { reason: 'BODY_TOO_LARGE' }]);
    expect(seen).toHaveLength(before);
  });

  test('too many requests from one address get 429 with Retry-After, and /health is never refused', async () => {
    const answers = await Promise.all(Array.from({ length: 120 }, () => answerOf('/api/v1/cart')));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(JSON.parse(refused?.text ?? '{}')).toMatchObject({
      reason: 'RATE_LIMITED',
      status: 429,
      domain: 'ecommerce',
    });
    expect((await answerOf('/health')).status).toBe(200);
  });
});
