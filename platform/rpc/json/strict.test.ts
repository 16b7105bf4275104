import { Code, type ConnectError } from '@connectrpc/connect';
import { encodeEnvelope } from '@connectrpc/connect/protocol';
import { endStreamFromJson, errorFromJson } from '@connectrpc/connect/protocol-connect';
import { findTrailerError } from '@connectrpc/connect/protocol-grpc';
import { trailerParse } from '@connectrpc/connect/protocol-grpc-web';
import { once } from 'node:events';
import { connect, type ClientHttp2Session } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { createFixture } from '../../testing/fixture.ts';
import { raw } from '../../testing/raw-http.ts';
import { problemOf, rest } from '../../testing/rest.ts';
import { callerId as id, serveFixture, type ServedFixture } from '../../testing/served-fixture.ts';

const fixture = createFixture();
let served: ServedFixture;
let url: string;
let http2: ClientHttp2Session;
let headers: { authorization: string };

beforeAll(async () => {
  served = await serveFixture(fixture);
  url = served.url;
  http2 = connect(served.grpcUrl);
  headers = { authorization: served.authorization };
});

afterAll(async () => {
  http2.close();
  await served.stop();
});
beforeEach(() => void fixture.calls.splice(0));

interface Refusal {
  readonly is: string;
  readonly fields: readonly string[];
}

const accepted: Refusal = { is: 'accepted', fields: [] };

function refusalOf(error: ConnectError | undefined): Refusal {
  if (error === undefined) return accepted;
  const violations = error.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations);
  return {
    is: `${Code[error.code]} ${error.findDetails(ErrorInfoSchema)[0]?.reason}`,
    fields: violations.map(({ field }) => field),
  };
}

function connectError(status: number | undefined, bytes: Buffer): ConnectError | undefined {
  return status === 200 ? undefined : errorFromJson(JSON.parse(String(bytes)), undefined, new Error('?') as never);
}

const envelope = (body: string) => encodeEnvelope(0, Buffer.from(body));

/** The last envelope of a stream: its trailers, or how it ended. */
function lastEnvelope(bytes: Buffer): Buffer {
  let at = 0;
  for (;;) {
    const next = at + 5 + bytes.readUInt32BE(at + 1);
    if (next >= bytes.length) return bytes.subarray(at + 5);
    at = next;
  }
}

/** One call in each protocol, with the same JSON. */
const ways: Record<string, (method: string, body: string) => Promise<Refusal>> = {
  Connect: async (method, body) => {
    const { status, bytes } = await raw(`${url}/${method}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
    return refusalOf(connectError(status, bytes));
  },
  'Connect, compressed': async (method, body) => {
    const { status, bytes } = await raw(`${url}/${method}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(body),
    });
    return refusalOf(connectError(status, bytes));
  },
  'gRPC-Web': async (method, body) => {
    const { bytes } = await raw(`${url}/${method}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/grpc-web+json' },
      body: envelope(body),
    });
    return refusalOf(findTrailerError(trailerParse(lastEnvelope(bytes))));
  },
  gRPC: async (method, body) => {
    const type = 'application/grpc+json';
    const stream = http2.request({ ':method': 'POST', ':path': `/${method}`, 'content-type': type, ...headers });
    stream.end(envelope(body));
    const trailers = once(stream, 'trailers');
    await buffer(stream);
    const [sent] = (await trailers) as [Record<string, string>];
    const trailer = new Headers(Object.entries(sent).filter(([name]) => !name.startsWith(':')));
    return refusalOf(findTrailerError(trailer));
  },
};

const wallet = 'ecommerce.wallet.v1.WalletService';
const products = 'ecommerce.products.v1.ProductService';
const amount = (minorUnits: unknown) => ({ amount: { currencyCode: 'USD', minorUnits }, requestId: id });
const lists = { fields: ['type'], method: `${wallet}/ListTransactions`, route: undefined };
const topUp = { method: `${wallet}/TopUp`, route: 'POST /api/v1/wallet/topup' };
const update = { method: `${products}/UpdateProduct`, route: `PATCH /api/v1/products/${id}` };

interface Case {
  readonly method: string;
  /** undefined if the fields are in the query over REST. */
  readonly route: string | undefined;
  readonly body: unknown;
  readonly fields: readonly string[];
}

const wrongNumbers = ['0x10', '0o17', '0b11', '017', '+5', ' 5', '5 ', '1e1', '1_000', '', '5n', '٥', '-', '5.0'];

const refused: readonly Case[] = [
  ...wrongNumbers.map((text) => ({ ...topUp, body: amount(text), fields: ['amount.minor_units'] })),
  ...wrongNumbers.map((pageSize) => ({ ...lists, body: { pageSize }, fields: ['page_size'] })),
  { ...topUp, body: amount(1.5), fields: ['amount.minor_units'] },
  { ...topUp, body: amount('9223372036854775808'), fields: ['amount.minor_units'] },
  { ...topUp, body: amount(2 ** 53), fields: ['amount.minor_units'] },
  { ...topUp, body: amount(true), fields: ['amount.minor_units'] },
  { ...topUp, body: { ...amount('5'), extra: 1 }, fields: ['extra'] },
  { ...topUp, body: { amount: { currency: 'USD', minorUnits: '5' }, requestId: id }, fields: ['amount.currency'] },
  { ...topUp, body: { requestId: 5, amount: [] }, fields: ['request_id', 'amount'] },
  { ...topUp, body: `{"requestId":"${id}","requestId":"${id}"}`, fields: ['request_id'] },
  { ...topUp, body: { ...amount('5'), request_id: id }, fields: ['request_id'] },
  { ...topUp, body: '[]', fields: [] },
  { ...topUp, body: '{"amount":', fields: [] },
  { ...lists, body: { type: 'REFUND' } },
  { ...lists, body: { type: 'transaction_type_refund' } },
  { ...lists, body: { type: '3' } },
  { ...lists, body: { type: '' } },
  { ...lists, body: { type: 1.5 } },
  { ...update, body: { product: { attributes: { color: 1 } } }, fields: ['product.attributes["color"]'] },
  { ...update, body: { product: {}, updateMask: 'image_url' }, fields: ['update_mask'] },
  { ...lists, method: `${products}/BatchGetProducts`, body: { productIds: ['a', 5] }, fields: ['product_ids[1]'] },
  {
    ...lists,
    method: 'ecommerce.checkout.v1.CheckoutService/StartCheckout',
    body: { wait: '5 seconds' },
    fields: ['wait'],
  },
  {
    ...lists,
    method: 'ecommerce.checkout.v1.CheckoutService/StartCheckout',
    body: { wait: '315576000001s' },
    fields: ['wait'],
  },
  { ...update, body: { product: { createTime: '2030-01-01' } }, fields: ['product.create_time'] },
  { ...update, body: { product: { updateTime: '2030-01-01T25:00:00Z' } }, fields: ['product.update_time'] },
];

const taken: readonly Omit<Case, 'fields'>[] = [
  { ...topUp, body: amount('5') },
  { ...topUp, body: amount(5) },
  { ...topUp, body: { amount: { currency_code: 'USD', minor_units: '5' }, request_id: id } },
  { ...lists, body: { type: 'TRANSACTION_TYPE_REFUND', pageSize: '5' } },
  { ...lists, body: { type: 3, pageSize: 5, orderId: null } },
  { ...update, body: { product: { productId: id, attributes: { color: 'red' } }, updateMask: 'imageUrl,name' } },
];

const text = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));

describe.each(Object.entries(ways))('%s in JSON', (_, call) => {
  test.each(refused)('refuses $body for $method', async ({ method, body, fields }) => {
    expect(await call(method, text(body))).toEqual({ is: 'InvalidArgument MALFORMED_REQUEST', fields });
    expect(fixture.calls).toEqual([]);
  });

  test.each(taken)('takes $body for $method', async ({ method, body }) => {
    expect(await call(method, text(body))).toEqual(accepted);
  });
});

describe('REST', () => {
  const inBody = ({ route }: { route: string | undefined }) => route !== undefined;

  test.each(refused.filter(inBody))('refuses $body for $route', async ({ route = '', body, fields }) => {
    expect(problemOf(await rest(url, route, { headers, body }))).toEqual({ is: '400 MALFORMED_REQUEST', fields });
    expect(fixture.calls).toEqual([]);
  });

  test.each(taken.filter(inBody))('takes $body for $route', async ({ route = '', body }) => {
    expect((await rest(url, route, { headers, body })).status).toBe(200);
  });

  test.each([...wrongNumbers.filter((number) => number !== ''), '2147483648'])(
    'refuses pageSize=%s',
    async (number) => {
      const answer = await rest(url, `GET /api/v1/products?pageSize=${encodeURIComponent(number)}`);
      expect(problemOf(answer)).toEqual({ is: '400 MALFORMED_REQUEST', fields: ['page_size'] });
    },
  );

  test.each(['REFUND', '3', 'transaction_type_refund'])('refuses type=%s', async (type) => {
    const answer = await rest(url, `GET /api/v1/wallet/transactions?type=${type}`, { headers });
    expect(problemOf(answer)).toEqual({ is: '400 MALFORMED_REQUEST', fields: ['type'] });
  });
});

test.each([
  ['{"type":"REFUND"}', ['type']],
  ['{"nonsense":1}', ['nonsense']],
  ['{"pageSize":"0x10"}', ['page_size']],
])('a Connect GET refuses %s', async (message, fields) => {
  for (const coded of [message, `${Buffer.from(message).toString('base64url')}&base64=1`]) {
    const query = coded === message ? encodeURIComponent(message) : coded;
    const { status, bytes } = await raw(`${url}/${wallet}/ListTransactions?connect=v1&encoding=json&message=${query}`, {
      headers,
    });
    expect(refusalOf(connectError(status, bytes))).toEqual({ is: 'InvalidArgument MALFORMED_REQUEST', fields });
  }
});

test('a stream refuses a field that it does not have', async () => {
  const { bytes } = await raw(`${url}/ecommerce.checkout.v1.CheckoutService/WatchCheckout`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/connect+json' },
    body: envelope(JSON.stringify({ orderId: id, order: id })),
  });
  const { error } = endStreamFromJson(lastEnvelope(bytes));
  expect(refusalOf(error)).toEqual({ is: 'InvalidArgument MALFORMED_REQUEST', fields: ['order'] });
});

test('text that is not UTF-8 is refused, not repaired', async () => {
  const { status, bytes } = await raw(`${url}/${products}/ListProducts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{"query":"\u{ff}"}', 'latin1'),
  });
  expect(refusalOf(connectError(status, bytes)).is).toBe('InvalidArgument MALFORMED_REQUEST');
});

test('a request of a hundred thousand mistakes names the first twenty', async () => {
  const body = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`x${index}`, 1]));
  const answer = await rest(url, 'POST /api/v1/wallet/topup', { headers, body });
  expect(problemOf(answer).fields).toHaveLength(20);
});
