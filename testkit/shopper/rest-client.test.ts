import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NoAnswer, Refused, type ApiClient } from './api-client.ts';
import { restClient } from './rest-client.ts';

interface Seen {
  readonly call: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let client: ApiClient;
const seen: Seen[] = [];
let answer = { status: 200, headers: {}, body: '{}' };

beforeEach(async () => {
  seen.length = 0;
  answer = { status: 200, headers: {}, body: '{}' };
  server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ call: `${request.method} ${request.url}`, headers: request.headers, body });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = restClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

test('the request id is sent as Idempotency-Key, and a path field is not repeated in the body', async () => {
  await client.call('ProductService/AdjustStock', { productId: 'a/b', delta: 2, requestId: 'r' }, { token: 't' });
  expect(seen).toMatchObject([
    {
      call: 'POST /api/v1/products/a%2Fb:adjustStock',
      headers: { 'idempotency-key': 'r', authorization: 'Bearer t' },
      body: '{"delta":2}',
    },
  ]);
});

test('nested fields of a query are written with dots', async () => {
  const maxPrice = { currencyCode: 'USD', minorUnits: '5' };
  await client.call('ProductService/ListProducts', { inStock: true, maxPrice });
  expect(seen[0]?.call).toBe('GET /api/v1/products?inStock=true&maxPrice.currencyCode=USD&maxPrice.minorUnits=5');
});

test('a 503 counts as no answer and keeps its Retry-After; a server that is gone counts as no answer, too', async () => {
  answer = { status: 503, headers: { 'retry-after': '3' }, body: '{"reason":"OVERLOADED","detail":"later"}' };
  const busy: unknown = await client.call('CartService/GetCart', {}).catch((error: unknown) => error);
  expect(busy).toBeInstanceOf(NoAnswer);
  expect(busy).toMatchObject({ status: '503', retryAfterMs: 3000, message: '503: OVERLOADED later' });
  server.close();
  server.closeAllConnections();
  await expect(client.call('CartService/GetCart', {})).rejects.toMatchObject({ status: 'ECONNREFUSED' });
});

test('a 404 is a definitive refusal with a reason', async () => {
  answer = { status: 404, headers: {}, body: '{"reason":"ORDER_NOT_FOUND","detail":"no such order"}' };
  const refused: unknown = await client
    .call('OrderService/GetOrder', { orderId: 'o' })
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Refused);
  expect(refused).toMatchObject({ reason: 'ORDER_NOT_FOUND' });
});
