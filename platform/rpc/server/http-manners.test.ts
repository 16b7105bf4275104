import { ConnectError } from '@connectrpc/connect';
import { errorFromJson } from '@connectrpc/connect/protocol-connect';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { codeName } from '../../errors/code-name.ts';
import { createFixture } from '../../testing/fixture.ts';
import { raw, type RawCall } from '../../testing/raw-http.ts';
import { problemOf, rest } from '../../testing/rest.ts';
import { callerId as id, serveFixture, type ServedFixture } from '../../testing/served-fixture.ts';

const fixture = createFixture();
let served: ServedFixture;
beforeAll(async () => {
  served = await serveFixture(fixture);
});
afterAll(() => served.stop());
beforeEach(() => void fixture.calls.splice(0));

const wallet = 'ecommerce.wallet.v1.WalletService';
const checkout = 'ecommerce.checkout.v1.CheckoutService';
const getWallet = `/${wallet}/GetWallet?connect=v1&encoding=json&message=%7B%7D`;

const call = (path: string, { headers, ...options }: RawCall = {}) =>
  raw(`${served.url}${path}`, { ...options, headers: { authorization: served.authorization, ...headers } });

const post = (path: string, type: string, body: Uint8Array | string = '{}') =>
  call(path, { method: 'POST', headers: { 'content-type': type }, body });

/** Code and reason of an error in Connect's JSON. */
function reasonIn(bytes: Buffer): string {
  const error = errorFromJson(JSON.parse(String(bytes)), undefined, new ConnectError('no error'));
  return `${codeName(error.code)} ${error.findDetails(ErrorInfoSchema)[0]?.reason}`;
}

describe('an answer over Connect must not be kept', () => {
  test('with personal data, by GET or POST', async () => {
    const get = await call(getWallet);
    expect([get.status, get.headers['cache-control']]).toEqual([200, 'no-store']);
    expect((await post(`/${wallet}/GetWallet`, 'application/json')).headers['cache-control']).toBe('no-store');
  });

  test('with an error', async () => {
    const { status, headers } = await raw(`${served.url}${getWallet}`);
    expect([status, headers['cache-control']]).toEqual([401, 'no-store']);
    expect((await call(`/${wallet}/TopUp`)).headers['cache-control']).toBe('no-store');
  });
});

describe('a method that the path does not take', () => {
  test.each([
    ['GET', `/${wallet}/TopUp`, 'OPTIONS, POST'],
    ['DELETE', `/${wallet}/TopUp`, 'OPTIONS, POST'],
    ['PUT', `/${wallet}/GetWallet`, 'GET, OPTIONS, POST'],
    ['GET', `/${checkout}/WatchCheckout`, 'OPTIONS, POST'],
  ])('%s %s is 405 with Allow and a reason', async (method, path, allow) => {
    const { status, headers, bytes } = await call(path, { method });
    expect([status, headers.allow, headers['content-type']]).toEqual([405, allow, 'application/json']);
    expect(reasonIn(bytes)).toBe('unimplemented METHOD_NOT_ALLOWED');
  });

  test('OPTIONS says which methods there are', async () => {
    const { status, headers } = await call(`/${wallet}/GetWallet`, { method: 'OPTIONS' });
    expect([status, headers.allow]).toEqual([204, 'GET, OPTIONS, POST']);
  });
});

describe('a path at which nothing is served', () => {
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

  test.each([
    [browser, 'text/html; charset=utf-8'],
    ['text/html', 'text/html; charset=utf-8'],
    ['*/*', 'application/problem+json'],
    ['application/json', 'application/problem+json'],
    ['application/json, text/html;q=0.5', 'application/problem+json'],
    ['application/json, text/plain, */*', 'application/problem+json'],
    ['', 'application/problem+json'],
    ['text/html;q=0', 'application/problem+json'],
  ])('with Accept %j is 404 as %s', async (accept, type) => {
    const { status, headers } = await call('/nothing', { headers: { accept } });
    expect([status, headers['content-type'], headers.vary]).toEqual([404, type, 'accept, origin']);
  });

  test('the page may load no script, and shows the path as text', async () => {
    const { headers, bytes } = await call('/<script>alert(1)</script>', { headers: { accept: browser } });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('script-src');
    expect(String(bytes)).not.toContain('<script');
  });
});

test.each([
  ['/favicon.ico', 'image/x-icon'],
  ['/favicon.svg', 'image/svg+xml'],
])('%s is an icon', async (path, type) => {
  const { status, headers, bytes } = await call(path);
  expect([status, headers['content-type']]).toEqual([200, type]);
  expect(bytes.length).toBeGreaterThan(100);
});

describe('a content type', () => {
  const spellings = [
    ';',
    '; ',
    ';charset=utf-8',
    '; charset=utf8',
    '; charset=UTF-8',
    ';charset="utf-8"',
    '; charset="UTF8" ;',
    '; Charset=utf-8',
    '; v=1',
    ' ; charset=utf-8; boundary=x',
  ];

  test.each([
    ...spellings.map((rest) => `application/json${rest}`),
    'Application/JSON',
    'APPLICATION/JSON; CHARSET=UTF-8',
  ])('%j is JSON in UTF-8, over REST and Connect', async (type) => {
    expect((await post(`/${wallet}/GetWallet`, type)).status).toBe(200);
    const adjust = JSON.stringify({ delta: 1, requestId: id });
    expect((await post(`/api/v1/products/${id}:adjustStock`, type, adjust)).status).toBe(200);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    "application/json; charset='utf-8'",
    'application/jsonp',
    'application/xml',
    'json',
    '',
  ])('%j is 415 with a reason, over REST and Connect', async (type) => {
    const connect = await post(`/${wallet}/GetWallet`, type);
    expect([connect.status, connect.headers['content-type']]).toEqual([415, 'application/json']);
    expect(reasonIn(connect.bytes)).toBe('invalid_argument UNSUPPORTED_MEDIA_TYPE');
    const headers = { authorization: served.authorization, 'content-type': type };
    const answer = await rest(served.url, 'POST /api/v1/wallet/topup', { headers, body: '{}' });
    expect(problemOf(answer).is).toBe('415 UNSUPPORTED_MEDIA_TYPE');
  });

  test('of another kind than the method’s is 415 with a reason', async () => {
    for (const answer of [
      await post(`/${checkout}/WatchCheckout`, 'application/json'),
      await call(`/${wallet}/GetWallet`),
    ]) {
      expect([answer.status, reasonIn(answer.bytes)]).toEqual([415, 'invalid_argument UNSUPPORTED_MEDIA_TYPE']);
    }
  });
});

describe('a preflight', () => {
  test.each(
    'traceparent tracestate baggage idempotency-key prefer if-match if-none-match authorization x-request-id content-type connect-protocol-version connect-timeout-ms connect-content-encoding connect-accept-encoding x-grpc-web x-user-agent grpc-timeout'.split(
      ' ',
    ),
  )('allows %s', async (name) => {
    const { headers } = await call('/api/v1/wallet/topup', {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': name,
      },
    });
    expect(headers['access-control-allow-headers']?.toLowerCase().split(', ')).toContain(name);
  });

  test.each(
    'etag location retry-after preference-applied www-authenticate x-request-id allow grpc-status grpc-message grpc-status-details-bin'.split(
      ' ',
    ),
  )('of an answer lets scripts read %s', async (name) => {
    const { headers } = await call('/api/v1/wallet', { headers: { origin: 'https://shop.example' } });
    expect(headers['access-control-expose-headers']?.toLowerCase().split(', ')).toContain(name);
  });
});

describe('an empty query parameter counts as not sent', () => {
  test.each([
    ['/api/v1/orders?status=&pageSize=&pageToken=', { status: 0, pageSize: 0, pageToken: '' }],
    ['/api/v1/orders?status', { status: 0 }],
    ['/api/v1/products?inStock=&query=&orderBy=', { inStock: false, query: '' }],
    ['/api/v1/products?minPrice=&pageSize=&pageSize=5', { pageSize: 5 }],
    [`/api/v1/products:batchGet?productIds=&productIds=${id}`, { productIds: [id] }],
  ])('%s', async (path, message) => {
    expect((await call(path)).status).toBe(200);
    expect(fixture.calls.at(-1)?.message).toMatchObject(message);
  });

  test('and makes no message around it', async () => {
    expect((await call('/api/v1/products?minPrice.currencyCode=&minPrice.minorUnits=')).status).toBe(200);
    expect(fixture.calls.at(-1)?.message).not.toHaveProperty('minPrice');
  });

  test.each(['/api/v1/orders?state=', '/api/v1/products?minPrice.amount=', '/api/v1/products?query.x='])(
    'but its name must be known: %s',
    async (path) => {
      expect(
        problemOf(await rest(served.url, `GET ${path}`, { headers: { authorization: served.authorization } })).is,
      ).toBe('400 MALFORMED_REQUEST');
    },
  );
});
