import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AuthService } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import type { Service } from '../../service.ts';
import { createFixture } from '../../testing/fixture.ts';
import { problemOf, rest, type RestAnswer } from '../../testing/rest.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';

const id = '0d8f8a32-5d0b-4a5e-9b56-0f8e5b1f7a10';
const other = '7c6f1bd4-0b5e-4a1c-8d51-3a7e4d1f2b20';
const fixture = createFixture();
const signIn: Service = {
  role: 'sso',
  checks: {},
  routes: (router) => void router.service(AuthService, { login: () => ({ tokens: { accessToken: 'a' } }) }),
};
let rpc: TestRpc;
let url: string;
let user: string;
let admin: string;

beforeAll(async () => {
  rpc = await createTestRpc([fixture.service, signIn]);
  url = (await rpc.server.start()).http;
  user = `Bearer ${await rpc.auth.tokenOf({ userId: id })}`;
  admin = `Bearer ${await rpc.auth.tokenOf({ userId: id, roles: ['admin'] })}`;
});

afterAll(() => rpc.server.stop());
beforeEach(() => void fixture.calls.splice(0));

function call(what: string, body?: unknown, headers: Record<string, string> = {}): Promise<RestAnswer> {
  return rest(url, what, { body, headers: { authorization: admin, ...headers } });
}

const received = () => fixture.calls.at(-1)?.message;

describe('a request becomes the message', () => {
  test.each<[string, unknown, object]>([
    ['GET /api/v1/products', undefined, { query: '', pageSize: 0 }],
    ['GET /api/v1/products?page_size=3&pageToken=t', undefined, { pageSize: 3, pageToken: 't' }],
    [
      'GET /api/v1/products?minPrice.minorUnits=5&min_price.currency_code=EUR',
      undefined,
      { minPrice: { minorUnits: 5n, currencyCode: 'EUR' } },
    ],
    [
      'GET /api/v1/products?in_stock=true&query=caf%C3%A9+cr%C3%A8me',
      undefined,
      { inStock: true, query: 'café crème' },
    ],
    ['GET /api/v1/products?query=100%&category=%zz%', undefined, { query: '100%', category: '%zz%' }],
    ['GET /api/v1/products?query=%EF%BF%BD', undefined, { query: '\uFFFD' }],
    [`GET /api/v1/products/${id}`, undefined, { productId: id }],
    [`GET /api/v1/products:batchGet?productIds=${id}&product_ids=${other}`, undefined, { productIds: [id, other] }],
    [
      `PATCH /api/v1/products/${id}`,
      { product: { name: 'n' }, updateMask: 'name,imageUrl' },
      { product: { productId: id, name: 'n' }, updateMask: { paths: ['name', 'image_url'] } },
    ],
    [`PATCH /api/v1/products/${id}`, { product: { product_id: id } }, { product: { productId: id } }],
    [
      `POST /api/v1/products/${id}:adjustStock`,
      { delta: -2, request_id: other },
      { productId: id, delta: -2, requestId: other },
    ],
    [`DELETE /api/v1/products/${id}?etag=e`, undefined, { productId: id, etag: 'e' }],
    [`POST /api/v1/checkouts/${id}:cancel`, undefined, { orderId: id }],
    ['GET /api/v1/orders?status=ORDER_STATUS_FAILED', undefined, { status: 3 }],
    [
      'POST /api/v1/wallet/topup',
      { amount: { currencyCode: 'USD', minorUnits: '500' }, requestId: id },
      { amount: { minorUnits: 500n }, requestId: id },
    ],
    [
      'POST /api/v1/wallet/topup',
      { amount: { currency_code: 'USD', minor_units: 500 }, request_id: id },
      { amount: { currencyCode: 'USD', minorUnits: 500n } },
    ],
  ])('%s %j', async (what, body, message) => {
    expect((await call(what, body)).status).toBeLessThan(300);
    expect(received()).toMatchObject(message);
  });

  test('a gzipped body is accepted', async () => {
    const body = gzipSync(JSON.stringify({ delta: 1, requestId: other }));
    const response = await fetch(`${url}/api/v1/products/${id}:adjustStock`, {
      method: 'POST',
      headers: { authorization: admin, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body,
    });
    expect([response.status, received()]).toMatchObject([200, { delta: 1 }]);
  });
});

describe('a message becomes the answer', () => {
  test('fields with default values are there, and 64-bit numbers are strings', async () => {
    expect((await call('GET /api/v1/products')).json).toMatchObject({
      products: [{ productId: 'p', availableQuantity: 0, sku: '', price: { currencyCode: 'USD', minorUnits: '1999' } }],
      nextPageToken: '',
    });
    expect((await call('GET /api/v1/orders')).json).toEqual({ orders: [], nextPageToken: '' });
  });

  test('the handler’s status and headers pass through', async () => {
    const answer = await call('POST /api/v1/cart/checkout', { requestId: id });
    expect([answer.status, answer.headers.get('location')]).toEqual([202, `/api/v1/checkouts/${id}`]);
    expect(answer.json).toMatchObject({ checkout: { state: 'CHECKOUT_STATE_RUNNING' } });
  });

  test('an answer to a call with a token must not be cached', async () => {
    expect((await call('GET /api/v1/wallet')).headers.get('cache-control')).toBe('no-store');
    expect((await rest(url, 'GET /api/v1/products')).headers.get('cache-control')).toBeNull();
  });

  test('an answer to a call that is no read must not be cached either, also without a token', async () => {
    const answer = await rest(url, 'POST /api/v1/auth/login', { body: { email: 'jane@example.com', password: 'x' } });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  });

  test('HEAD answers like GET without a body', async () => {
    const answer = await call('HEAD /api/v1/products');
    expect([answer.status, answer.json]).toEqual([200, undefined]);
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(0);
  });

  test('a request id is echoed if it is well formed and replaced if not', async () => {
    const good = await call('GET /api/v1/products', undefined, { 'x-request-id': 'trace-12345678' });
    const bad = await call('GET /api/v1/products', undefined, { 'x-request-id': 'a b' });
    expect(good.headers.get('x-request-id')).toBe('trace-12345678');
    expect(bad.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a request header becomes a field', () => {
  test('Idempotency-Key is the request id', async () => {
    await call(`POST /api/v1/products/${id}:adjustStock`, { delta: 1 }, { 'idempotency-key': `"${other}"` });
    expect(received()).toMatchObject({ requestId: other });
  });

  test.each(['', '""', ' '])('an empty Idempotency-Key (%j) is refused, not ignored', async (key) => {
    const answer = await call('POST /api/v1/cart/items', { productId: id, quantity: 1 }, { 'idempotency-key': key });
    expect(problemOf(answer)).toEqual({ is: '400 MALFORMED_REQUEST', fields: ['request_id'] });
  });

  test('Idempotency-Key and request_id may not differ', async () => {
    const answer = await call('POST /api/v1/cart/checkout', { request_id: id }, { 'idempotency-key': other });
    expect(problemOf(answer)).toEqual({ is: '400 MALFORMED_REQUEST', fields: ['request_id'] });
  });

  test('Idempotency-Key in capitals and request_id in small letters are the same id, in small letters', async () => {
    for (const [key, requestId] of [
      [other.toUpperCase(), other],
      [other, other.toUpperCase()],
    ] as const) {
      fixture.calls.splice(0);
      await call('POST /api/v1/cart/checkout', { request_id: requestId }, { 'idempotency-key': key });
      expect(received()).toMatchObject({ requestId: other });
    }
  });

  test.each([
    ['wait=3', 3n, 'wait=3'],
    ['respond-async, wait=600', 8n, 'wait=8'],
  ])('Prefer: %s waits that long, at most 8 s', async (prefer, seconds, applied) => {
    const answer = await call('POST /api/v1/cart/checkout', { requestId: id }, { prefer });
    expect(answer.headers.get('preference-applied')).toBe(applied);
    expect(received()).toMatchObject({ wait: { seconds } });
  });

  test('Prefer is ignored if the request has no wait', async () => {
    const answer = await call(
      `POST /api/v1/products/${id}:adjustStock`,
      { delta: 1, requestId: id },
      { prefer: 'wait=3' },
    );
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([200, null]);
  });
});

describe('a bad request is refused with a reason', () => {
  const topUp = 'POST /api/v1/wallet/topup';
  const adjust = `POST /api/v1/products/${id}:adjustStock`;
  const usd = (minorUnits: unknown) => ({ amount: { currencyCode: 'USD', minorUnits }, requestId: id });
  test.each<[string, unknown, string, string[]]>([
    ['GET /api/v1/nothing', undefined, '404 ROUTE_NOT_FOUND', []],
    ['GET /', undefined, '404 ROUTE_NOT_FOUND', []],
    ['PUT /api/v1/wallet', undefined, '405 METHOD_NOT_ALLOWED', []],
    [`GET /api/v1/products/${id}:adjustStock`, undefined, '405 METHOD_NOT_ALLOWED', []],
    [`POST /api/v1/products/${id}:explode`, {}, '404 ROUTE_NOT_FOUND', []],
    ['GET /api/v1/products/not-a-uuid', undefined, '400 VALIDATION_FAILED', ['product_id']],
    ['GET /api/v1/products/%zz', undefined, '400 VALIDATION_FAILED', ['product_id']],
    ['GET /api/v1/products?page_size=1.5', undefined, '400 MALFORMED_REQUEST', ['page_size']],
    ['GET /api/v1/products?page_size=99999999999', undefined, '400 MALFORMED_REQUEST', ['page_size']],
    ['GET /api/v1/products?page_size=-1', undefined, '400 VALIDATION_FAILED', ['page_size']],
    ['GET /api/v1/products?in_stock=maybe', undefined, '400 MALFORMED_REQUEST', ['in_stock']],
    ['GET /api/v1/products?pageSize=1&pageSize=2', undefined, '400 MALFORMED_REQUEST', ['page_size']],
    ['GET /api/v1/products?pageSize=1.5', undefined, '400 MALFORMED_REQUEST', ['page_size']],
    ['GET /api/v1/products?inStock=maybe', undefined, '400 MALFORMED_REQUEST', ['in_stock']],
    ['GET /api/v1/products?minPrice=5', undefined, '400 MALFORMED_REQUEST', ['min_price']],
    ['GET /api/v1/products?minPrice.minorUnits=many', undefined, '400 MALFORMED_REQUEST', ['min_price.minor_units']],
    ['GET /api/v1/products?minPrice.pageSize=5', undefined, '400 MALFORMED_REQUEST', ['min_price.pageSize']],
    ['GET /api/v1/products?pageSize.deeper=5', undefined, '400 MALFORMED_REQUEST', ['page_size.deeper']],
    ['GET /api/v1/products?pageSize=1&page_size=2', undefined, '400 MALFORMED_REQUEST', ['page_size']],
    ['GET /api/v1/products?min_price=5', undefined, '400 MALFORMED_REQUEST', ['min_price']],
    ['GET /api/v1/products?query.deeper=5', undefined, '400 MALFORMED_REQUEST', ['query.deeper']],
    ['GET /api/v1/products?nonsense=1', undefined, '400 MALFORMED_REQUEST', ['nonsense']],
    ['GET /api/v1/products?category=Caf%E9', undefined, '400 MALFORMED_REQUEST', []],
    ['GET /api/v1/products?category=%C0%80', undefined, '400 MALFORMED_REQUEST', []],
    ['GET /api/v1/products?category=%ED%A0%80', undefined, '400 MALFORMED_REQUEST', []],
    ['GET /api/v1/products?=1', undefined, '400 MALFORMED_REQUEST', ['""']],
    ['GET /api/v1/products?maxPrice.currencyCode=usd', undefined, '400 VALIDATION_FAILED', ['max_price.currency_code']],
    [
      'GET /api/v1/products?minPrice.currencyCode=US&maxPrice.currencyCode=dollars',
      undefined,
      '400 VALIDATION_FAILED',
      ['min_price.currency_code', 'max_price.currency_code'],
    ],
    ['GET /api/v1/products?__proto__=1', undefined, '400 MALFORMED_REQUEST', ['__proto__']],
    ['GET /api/v1/products?query=%00', undefined, '400 VALIDATION_FAILED', ['query']],
    ['GET /api/v1/orders?status=PAID', undefined, '400 MALFORMED_REQUEST', ['status']],
    ['GET /api/v1/orders?status=2', undefined, '400 MALFORMED_REQUEST', ['status']],
    ['GET /api/v1/products?in_stock=1', undefined, '400 MALFORMED_REQUEST', ['in_stock']],
    [`${adjust}?delta=4`, {}, '400 MALFORMED_REQUEST', ['delta']],
    [`${adjust}?requestId=${id}`, {}, '400 MALFORMED_REQUEST', ['request_id']],
    [`${adjust}?=4`, {}, '400 MALFORMED_REQUEST', ['""']],
    [adjust, { '': 1 }, '400 MALFORMED_REQUEST', ['""']],
    [adjust, '{"":1,"":2}', '400 MALFORMED_REQUEST', ['""']],
    [adjust, { delta: 1, requestId: id, productId: other }, '400 MALFORMED_REQUEST', ['product_id']],
    [adjust, { delta: 1, requestId: id, extra: 1 }, '400 MALFORMED_REQUEST', ['extra']],
    [adjust, { delta: 1, requestId: id, __proto__x: {} }, '400 MALFORMED_REQUEST', ['__proto__x']],
    [adjust, { delta: 1.5, requestId: id }, '400 MALFORMED_REQUEST', ['delta']],
    [adjust, { delta: 'many', requestId: id }, '400 MALFORMED_REQUEST', ['delta']],
    [adjust, { delta: 0, requestId: id }, '400 VALIDATION_FAILED', ['delta']],
    [adjust, { delta: 1, requestId: id, note: 'a\0b' }, '400 VALIDATION_FAILED', ['note']],
    [adjust, `{"delta":1,"requestId":"${id}","note":"\\ud800"}`, '400 MALFORMED_REQUEST', ['note']],
    [adjust, '{"delta":', '400 MALFORMED_REQUEST', []],
    [adjust, '[]', '400 MALFORMED_REQUEST', []],
    [adjust, '"x"', '400 MALFORMED_REQUEST', []],
    [adjust, 'null', '400 MALFORMED_REQUEST', []],
    [adjust, '['.repeat(100_000), '400 MALFORMED_REQUEST', []],
    [topUp, usd(0), '400 VALIDATION_FAILED', ['amount']],
    [topUp, usd(-1), '400 VALIDATION_FAILED', ['amount']],
    [topUp, usd(1.5), '400 MALFORMED_REQUEST', ['amount.minor_units']],
    [topUp, usd(' 5'), '400 MALFORMED_REQUEST', ['amount.minor_units']],
    [topUp, usd('+5'), '400 MALFORMED_REQUEST', ['amount.minor_units']],
    [topUp, usd('0x10'), '400 MALFORMED_REQUEST', ['amount.minor_units']],
    [
      topUp,
      `{"amount":{"currencyCode":"USD","minorUnits":9007199254740993},"requestId":"${id}"}`,
      '400 MALFORMED_REQUEST',
      ['amount.minor_units'],
    ],
    [topUp, usd('9007199254740993'), '400 VALIDATION_FAILED', ['amount']],
    [topUp, usd('99999999999999999999'), '400 MALFORMED_REQUEST', ['amount.minor_units']],
    [topUp, usd('1; drop table wallets'), '400 MALFORMED_REQUEST', ['amount.minor_units']],
    [topUp, usd(true), '400 MALFORMED_REQUEST', ['amount.minor_units']],
    [topUp, { amount: null, requestId: id }, '400 VALIDATION_FAILED', ['amount']],
    [topUp, { requestId: 5 }, '400 MALFORMED_REQUEST', ['request_id']],
    [topUp, {}, '400 VALIDATION_FAILED', ['amount', 'request_id']],
  ])('%s %j is %s', async (what, body, is, fields) => {
    const answer = await call(what, body);
    expect(problemOf(answer)).toEqual({ is, fields });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(fixture.calls).toEqual([]);
  });

  test('a wrong method gets the list of right ones, and so does OPTIONS', async () => {
    expect((await call('DELETE /api/v1/wallet')).headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST');
    const options = await call('OPTIONS /api/v1/wallet');
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1'])(
    'a body of type %s is 415',
    async (type) => {
      expect(problemOf(await call(topUp, '{}', { 'content-type': type })).is).toBe('415 UNSUPPORTED_MEDIA_TYPE');
    },
  );

  test('a body with another compression is 415, and one that is not gzip although it says so is 400', async () => {
    expect(problemOf(await call(topUp, '{}', { 'content-encoding': 'br' })).is).toBe(
      '415 UNSUPPORTED_CONTENT_ENCODING',
    );
    expect(problemOf(await call(topUp, '{}', { 'content-encoding': 'gzip' })).is).toBe('400 MALFORMED_REQUEST');
  });

  test('invalid UTF-8 is refused, not repaired', async () => {
    const response = await fetch(`${url}/api/v1/wallet/topup`, {
      method: 'POST',
      headers: { authorization: user, 'content-type': 'application/json' },
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    });
    expect(response.status).toBe(400);
  });

  test('a body of 1 MiB + 1 is 413, declared or streamed, and so is a gzip bomb', async () => {
    const big = ' '.repeat(1_048_577);
    const post = (init: RequestInit, encoding?: string) =>
      fetch(`${url}/api/v1/wallet/topup`, {
        method: 'POST',
        ...init,
        headers: {
          authorization: user,
          'content-type': 'application/json',
          ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
        },
      });
    const answers = [
      await post({ body: big }),
      await post({ body: new Blob([big]).stream(), duplex: 'half' }),
      await post({ body: gzipSync(Buffer.alloc(50_000_000)) }, 'gzip'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([413, 413, 413]);
  });
});
