import { create, toBinary, toJsonString } from '@bufbuild/protobuf';
import { createClient, type Interceptor } from '@connectrpc/connect';
import { encodeEnvelope } from '@connectrpc/connect/protocol';
import { createGrpcTransport } from '@connectrpc/connect-node';
import * as fc from 'fast-check';
import { once } from 'node:events';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { ListProductsRequestSchema, ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { createCatalog, raw, type Catalog, type RawAnswer, type RawCall } from '../../testing/catalog.ts';
import { createTestRpc, type TestRpc, type TestRpcOptions } from '../../testing/rpc.ts';
import { createTestAuth } from '../../testing/tokens.ts';
import { sharedRead } from './shared-read.ts';

const rpcPath = '/ecommerce.products.v1.ProductService/ListProducts';
const list = '/api/v1/products?page_size=50&query=q';
const asked = create(ListProductsRequestSchema, { pageSize: 50, query: 'q' });
const json = toJsonString(ListProductsRequestSchema, asked);
const binary = toBinary(ListProductsRequestSchema, asked);
const connectGet = `${rpcPath}?connect=v1&encoding=json&message=${encodeURIComponent(json)}`;
const connectGetBinary = `${rpcPath}?connect=v1&encoding=proto&base64=1&message=${Buffer.from(binary).toString('base64url')}`;

const post = (type: string, body: Uint8Array | string): RawCall => ({
  method: 'POST',
  headers: { 'content-type': type },
  body,
});

/** One request in every protocol of the HTTP port. */
const protocols: Readonly<Record<string, readonly [string, RawCall]>> = {
  REST: [list, {}],
  'Connect GET, JSON': [connectGet, {}],
  'Connect GET, binary': [connectGetBinary, {}],
  'Connect POST, JSON': [rpcPath, post('application/json', json)],
  'Connect POST, binary': [rpcPath, post('application/proto', binary)],
  'gRPC-Web': [rpcPath, post('application/grpc-web+proto', encodeEnvelope(0, binary))],
};
const gets = Object.entries(protocols).filter(([, [, { method }]]) => method === undefined);

// Making keys takes long, and no test looks at them.
const auth = await createTestAuth();

let catalog: Catalog;
let rpc: TestRpc;
let url: string;
let grpcUrl: string;
let lines: string[];

async function open(limits: TestRpcOptions['limits'] = {}): Promise<void> {
  catalog = createCatalog();
  lines = [];
  const logger = createLogger({ role: 'test', destination: { write: (line) => void lines.push(line) } });
  rpc = await createTestRpc([catalog.service], { auth, limits, logger });
  const urls = await rpc.server.start();
  url = urls.http;
  grpcUrl = urls.grpc ?? '';
}

beforeEach(() => open());
afterEach(() => rpc.server.stop());

const send = ([path, call]: readonly [string, RawCall], headers: Record<string, string> = {}): Promise<RawAnswer> =>
  raw(`${url}${path}`, { ...call, headers: { ...call.headers, ...headers } });

/** An answer without what differs between two calls of one request. */
function essence({ status, headers, bytes }: RawAnswer): unknown {
  const { date: _, 'x-request-id': id, ...others } = headers;
  return { status, id: typeof id, headers: others, body: bytes.toString('latin1') };
}

const metric = async (line: string): Promise<number> => {
  const text = String((await raw(`${url}/metrics`)).bytes);
  return Number(
    new RegExp(`^${line.replaceAll(/[{}/.]/g, String.raw`\$&`)} (?<value>\\d+)$`, 'm').exec(text)?.groups?.value ?? 0,
  );
};

describe.each(Object.entries(protocols))('%s', (_, call) => {
  test.each(['identity', 'gzip', 'br, gzip'])(
    'a repeated request gets the same answer without its handler (%s)',
    async (coding) => {
      const packing = { 'accept-encoding': coding, 'grpc-accept-encoding': coding };
      const answers = [await send(call, packing), await send(call, packing), await send(call, packing)];
      expect(catalog.calls).toEqual(['list q']);
      expect(answers[0]?.status).toBe(200);
      expect(essence(answers[1] ?? fail())).toEqual(essence(answers[0] ?? fail()));
      expect(essence(answers[2] ?? fail())).toEqual(essence(answers[0] ?? fail()));
    },
  );

  test('as soon as the service has no current answer, the handler is asked', async () => {
    await send(call);
    catalog.version = 2;
    const before = (await send(call)).bytes;
    catalog.forget();
    const after = (await send(call)).bytes;
    expect(catalog.calls).toHaveLength(2);
    expect(after.equals(before)).toBe(false);
    expect(after.includes('é 2')).toBe(true);
  });

  test('a service that keeps nothing is asked each time', async () => {
    catalog.remembers = false;
    for (let version = 1; version <= 3; version++) {
      catalog.version = version;
      expect((await send(call)).bytes.includes(`é ${version}`)).toBe(true);
    }
    expect(catalog.calls).toHaveLength(3);
  });

  test('every call has its own request id, one line in the log and its place in the metrics', async () => {
    const ids = ['request-1', 'request-2', 'request-3'];
    for (const id of ids) expect((await send(call, { 'x-request-id': id })).headers['x-request-id']).toBe(id);
    expect((await send(call, { 'x-request-id': 'a b' })).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    const served = lines
      .map((line): Record<string, unknown> => JSON.parse(line))
      .filter(({ msg }) => msg === 'call served');
    expect(served.map(({ requestId }) => requestId).slice(0, 3)).toEqual(ids);
    const [first, second] = served.map(({ time: _time, durationMs: _duration, requestId: _id, ...others }) => others);
    expect(second).toEqual(first);
    expect(second).toMatchObject({
      method: 'ecommerce.products.v1.ProductService/ListProducts',
      code: 'ok',
      caller: 'anonymous',
    });
    expect(catalog.calls).toHaveLength(1);
    const labels = 'grpc_service="ecommerce.products.v1.ProductService",grpc_method="ListProducts",grpc_type="unary"';
    expect(await metric(`grpc_server_handled_total{${labels},grpc_code="OK"}`)).toBe(4);
    expect(await metric(`grpc_server_handling_seconds_count{${labels}}`)).toBe(4);
    const method = call[1].method ?? 'GET';
    const route = call[0].startsWith('/api') ? '/api/v1/products' : rpcPath;
    expect(await metric(`http_requests_total{method="${method}",route="${route}",status="200"}`)).toBe(4);
    expect(await metric(`http_request_duration_seconds_count{method="${method}",route="${route}"}`)).toBe(4);
  });

  test('without a permit it is refused, however ready its answer is', async () => {
    await rpc.server.stop();
    await open({ maxInFlight: 1 });
    await send(call);
    const blocked = Promise.withResolvers<void>();
    catalog.onCall = () => blocked.promise;
    const working = raw(`${url}/api/v1/categories`);
    await vi.waitUntil(() => catalog.calls.includes('categories'));
    // One may wait for the permit. Others are refused at once.
    const answers = [send(call), send(call), send(call)];
    const refused = await Promise.race(answers);
    expect(JSON.stringify(refused.headers) + String(refused.bytes)).toMatch(/OVERLOADED|too%20many%20calls/);
    blocked.resolve();
    expect((await working).status).toBe(200);
    await Promise.all(answers);
    expect(catalog.calls.filter((each) => each === 'list q')).toHaveLength(1);
  });

  test('what is wrong with a request is found each time, also next to one that is right', async () => {
    const [path, { method, headers, body }] = call;
    await send(call);
    const bad: [string, RawCall] = path.startsWith('/api')
      ? ['/api/v1/products?page_size=-1', {}]
      : method === undefined
        ? [`${rpcPath}?connect=v1&encoding=json&message=${encodeURIComponent('{"pageSize":-1}')}`, {}]
        : [
            rpcPath,
            {
              method,
              headers: headers ?? {},
              body: typeof body === 'string' ? '{"pageSize":-1}' : new Uint8Array([1, 2, 3]),
            },
          ];
    const answers = [await send(bad), await send(bad)];
    for (const { headers: sent, bytes } of answers) {
      expect(JSON.stringify(sent) + String(bytes)).toMatch(/VALIDATION_FAILED|MALFORMED_REQUEST|grpc-status: [^0]/);
    }
    expect(catalog.calls).toHaveLength(1);
  });
});

describe.each(gets)('%s', (_, call) => {
  test('has a strong ETag, and a client that has the answer gets 304 without it', async () => {
    const first = await send(call);
    const { etag = '' } = first.headers;
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(first.headers['cache-control']).toBe('no-cache');
    expect(first.headers.vary).toBe('accept-encoding');
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await send(call, { 'if-none-match': tag });
      expect([again.status, again.bytes.length, again.headers.etag], tag).toEqual([304, 0, etag]);
      expect(again.headers['content-length']).toBeUndefined();
      expect(again.headers['x-request-id']).toBeDefined();
    }
    expect((await send(call, { 'if-none-match': '"other"' })).status).toBe(200);
    expect(catalog.calls).toHaveLength(1);
  });

  test('the first answer of a process already heeds If-None-Match', async () => {
    const { etag = '' } = (await send(call)).headers;
    await rpc.server.stop();
    await open();
    expect((await send(call, { 'if-none-match': etag })).status).toBe(304);
    expect(catalog.calls).toHaveLength(1);
  });

  test('another answer has another ETag, and an equal one has the same', async () => {
    const { etag: first } = (await send(call)).headers;
    catalog.forget();
    expect((await send(call)).headers.etag).toBe(first);
    catalog.forget();
    catalog.version = 2;
    const second = await send(call, { 'if-none-match': first ?? '' });
    expect(second.status).toBe(200);
    expect(second.headers.etag).not.toBe(first);
  });

  test('the ETag of a compressed answer is not that of the plain one', async () => {
    const plain = await send(call);
    const packed = await send(call, { 'accept-encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.bytes)).toEqual(plain.bytes);
    expect(packed.headers.etag).not.toBe(plain.headers.etag);
    const again = await send(call, { 'accept-encoding': 'gzip', 'if-none-match': packed.headers.etag ?? '' });
    expect([again.status, again.headers.etag]).toEqual([304, packed.headers.etag]);
  });

  test('with a token nothing is to be kept, as for every other call', async () => {
    await send(call);
    expect((await send(call, { authorization: 'Bearer x' })).headers['cache-control']).toBe('no-store');
  });

  test('scripts of an allowed origin may read it, and caches are told that it depends on the origin', async () => {
    for (const round of ['first', 'repeated']) {
      const { headers } = await send(call, { origin: 'https://shop.example' });
      expect(headers['access-control-allow-origin'], round).toBe('https://shop.example');
      expect(headers.vary, round).toBe('Origin, accept-encoding');
      expect(
        (await send(call, { origin: 'https://evil.example' })).headers['access-control-allow-origin'],
      ).toBeUndefined();
    }
  });

  test('while the server stops, the connection ends with the answer', async () => {
    await send(call);
    const retired = rpc.server.retire();
    expect((await send(call)).headers.connection).toBe('close');
    await retired;
    expect(catalog.calls).toHaveLength(1);
  });
});

test('REST prefers br, and HEAD answers like GET without a body', async () => {
  const plain = await raw(`${url}${list}`);
  const packed = await raw(`${url}${list}`, { headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } });
  expect(packed.headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(packed.bytes)).toEqual(plain.bytes);
  const head = await raw(`${url}${list}`, { method: 'HEAD' });
  expect([head.status, head.bytes.length]).toEqual([200, 0]);
  expect(head.headers['content-length']).toBe(String(plain.bytes.length));
  expect(head.headers.etag).toBe(plain.headers.etag);
  expect(catalog.calls).toHaveLength(1);
});

test('other methods at the same URL are other requests', async () => {
  await raw(`${url}${list}`);
  expect((await raw(`${url}${list}`, { method: 'DELETE' })).status).toBe(405);
  expect((await raw(`${url}${list}`, { method: 'POST' })).status).toBe(400);
});

test('a small answer is not compressed', async () => {
  const small = await raw(`${url}/api/v1/categories`, { headers: { 'accept-encoding': 'gzip' } });
  expect(small.headers['content-encoding']).toBeUndefined();
});

test('an error is neither kept nor tagged', async () => {
  for (let time = 1; time <= 2; time++) {
    const answer = await raw(`${url}/api/v1/products?query=nothing`);
    expect([answer.status, answer.headers.etag, answer.headers['cache-control']]).toEqual([404, undefined, 'no-store']);
    expect(catalog.calls).toHaveLength(time);
  }
});

test('many clients that ask when the answer has just become too old cost one call', async () => {
  await send([list, {}]);
  await send([list, {}]);
  catalog.forget();
  catalog.version = 2;
  const blocked = Promise.withResolvers<void>();
  catalog.onCall = () => blocked.promise;
  const answers = Array.from({ length: 20 }, () => send([list, {}]));
  await vi.waitUntil(() => catalog.calls.length === 2);
  await new Promise((resolve) => setTimeout(resolve, 50));
  blocked.resolve();
  for (const { bytes } of await Promise.all(answers)) expect(bytes.includes('é 2')).toBe(true);
  expect(catalog.calls).toHaveLength(2);
});

test('a follower whose leader fails makes its own call', async () => {
  await send([list, {}]);
  await send([list, {}]);
  catalog.forget();
  const blocked = Promise.withResolvers<void>();
  catalog.onCall = () => blocked.promise;
  const leader = send([list, {}]);
  await vi.waitUntil(() => catalog.calls.length === 2);
  const follower = send([list, {}]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  catalog.onCall = () => Promise.resolve();
  blocked.reject(new Error('the database is away'));
  expect((await leader).status).toBe(500);
  expect((await follower).status).toBe(200);
});

describe('gRPC', () => {
  const seen =
    (headers: Headers[]): Interceptor =>
    (next) =>
    async (request) => {
      const response = await next(request);
      headers.push(response.header, response.trailer);
      return response;
    };
  const client = (headers: Headers[] = []) =>
    createClient(ProductService, createGrpcTransport({ baseUrl: grpcUrl, interceptors: [seen(headers)] }));

  test('repeats answers with their headers and trailers, and compressed like the first', async () => {
    const headers: Headers[] = [];
    const shop = client(headers);
    const answers = [await shop.listProducts(asked), await shop.listProducts(asked)];
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[0]?.products).toHaveLength(50);
    expect(catalog.calls).toHaveLength(1);
    const flat = headers.map((each) => [...each].filter(([name]) => !['date', 'x-request-id'].includes(name)));
    expect(flat[2]).toEqual(flat[0]);
    expect(flat[3]).toEqual(flat[1]);
    expect(headers[2]?.get('grpc-encoding')).toBe('gzip');
    catalog.forget();
    catalog.version = 2;
    expect((await shop.listProducts(asked)).products[0]?.name).toBe('q é 2');
  });

  test('a deadline that cannot be read is refused, however ready the answer is', async () => {
    await client().listProducts(asked);
    const session = connectHttp2(grpcUrl);
    const statusWith = async (timeout: string): Promise<unknown> => {
      const stream = session.request({
        ':method': 'POST',
        ':path': rpcPath,
        'content-type': 'application/grpc+proto',
        te: 'trailers',
        'grpc-timeout': timeout,
      });
      stream.resume().end(encodeEnvelope(0, binary));
      const [trailers]: IncomingHttpHeaders[] = await once(stream, 'trailers');
      return trailers?.['grpc-status'];
    };
    expect(await statusWith('1S')).toBe('0');
    expect(await statusWith('soon')).not.toBe('0');
    session.close();
  });
});

test('a request in memory is small: a long one goes the ordinary way', async () => {
  const long = JSON.stringify({ pageSize: 50, query: 'q' }) + ' '.repeat(5000);
  for (let time = 1; time <= 2; time++) {
    expect((await raw(`${url}${rpcPath}`, post('application/json', long))).status).toBe(200);
    expect(catalog.calls).toHaveLength(time);
  }
});

test('only reads for anyone can be shared', async () => {
  const none = () => () => undefined;
  const refused = async (read: ReturnType<typeof sharedRead>) =>
    createTestRpc([{ ...catalog.service, sharedReads: [read] }], { auth }).then(
      () => 'taken',
      (error: unknown) => String(error),
    );
  for (const read of [
    sharedRead(WalletService.method.getWallet, none),
    sharedRead(ProductService.method.adjustStock, none),
  ]) {
    expect(await refused(read)).toContain('cannot be a shared read');
  }
});

test('whatever is asked in whatever order, a process that repeats answers gives those of one that does not', async () => {
  const plain = createCatalog(false);
  const other = await createTestRpc([plain.service], { auth });
  const otherUrl = (await other.server.start()).http;
  const query = fc.constantFrom('a', 'b', 'nothing', '\0', 'é 漢', 'x'.repeat(201));
  const message = fc.record({ query, pageSize: fc.constantFrom(0, 1, 40, 40, -1) });
  const ask = fc.record({
    message,
    protocol: fc.constantFrom('rest', 'get json', 'get proto', 'json', 'proto', 'web'),
    coding: fc.constantFrom('', 'gzip', 'br', 'gzip;q=0'),
    timeout: fc.constantFrom('', '', '', '1000', '0', 'soon'),
  });
  const step = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom('change' as const, 'forget' as const) },
    { weight: 10, arbitrary: fc.nat() },
  );
  type Ask = typeof ask extends fc.Arbitrary<infer T> ? T : never;
  const toCall = ({ message: { query: text, pageSize }, protocol, coding, timeout }: Ask): [string, RawCall] => {
    const sent = create(ListProductsRequestSchema, { query: text, pageSize });
    const bytes = toBinary(ListProductsRequestSchema, sent);
    const inJson = toJsonString(ListProductsRequestSchema, sent);
    const headers: Record<string, string> = {
      'x-request-id': 'request-1',
      ...(coding === '' ? {} : { 'accept-encoding': coding, 'grpc-accept-encoding': coding }),
      ...(timeout === '' ? {} : { 'connect-timeout-ms': timeout }),
    };
    const poster = (type: string, body: Uint8Array | string): [string, RawCall] => [
      rpcPath,
      { method: 'POST', headers: { ...headers, 'content-type': type }, body },
    ];
    const rest = new URLSearchParams({ query: text, page_size: String(pageSize) });
    const base64 = Buffer.from(bytes).toString('base64url');
    switch (protocol) {
      case 'get json':
        return [`${rpcPath}?connect=v1&encoding=json&message=${encodeURIComponent(inJson)}`, { headers }];
      case 'get proto':
        return [`${rpcPath}?connect=v1&encoding=proto&base64=1&message=${base64}`, { headers }];
      case 'json':
        return poster('application/json', inJson);
      case 'proto':
        return poster('application/proto', bytes);
      case 'web':
        return poster('application/grpc-web+proto', encodeEnvelope(0, bytes));
      default:
        return [`/api/v1/products?${rest.toString()}`, { headers }];
    }
  };
  // What only a shared read has, and REST’s compression, which other answers do not get.
  const comparable = ({ status, headers, bytes }: RawAnswer, isRest: boolean) => {
    const { date: _, etag: _etag, vary: _vary, 'cache-control': _control, ...others } = headers;
    if (!isRest || status !== 200) return { status, others, body: bytes.toString('latin1') };
    const unpack = { gzip: gunzipSync, br: brotliDecompressSync }[headers['content-encoding'] ?? ''];
    return { status, type: headers['content-type'], body: String(unpack?.(bytes) ?? bytes) };
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(ask, { minLength: 3, maxLength: 6 }),
      fc.array(step, { minLength: 30 }),
      async (asks, steps) => {
        for (const each of steps) {
          if (each === 'change') for (const one of [catalog, plain]) one.version++;
          if (typeof each === 'string') {
            for (const one of [catalog, plain]) one.forget();
            continue;
          }
          const chosen = asks[each % asks.length] ?? fail();
          const [path, call] = toCall(chosen);
          const [ours, theirs] = await Promise.all([raw(`${url}${path}`, call), raw(`${otherUrl}${path}`, call)]);
          const isRest = chosen.protocol === 'rest';
          expect(comparable(ours, isRest)).toEqual(comparable(theirs, isRest));
        }
      },
    ),
    { numRuns: 10 },
  );
  expect(catalog.calls.length).toBeLessThan(plain.calls.length);
  await other.server.stop();
});

function fail(): never {
  throw new Error('no answer');
}
