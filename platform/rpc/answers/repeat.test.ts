import { create, toBinary } from '@bufbuild/protobuf';
import { createClient, type Interceptor } from '@connectrpc/connect';
import { encodeEnvelope } from '@connectrpc/connect/protocol';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { once } from 'node:events';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { ListProductsRequestSchema, ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listPath, openCatalog, type Catalog, type OpenCatalog } from '../../testing/catalog.ts';
import { raw } from '../../testing/raw-http.ts';

const asked = create(ListProductsRequestSchema, { pageSize: 50, query: 'q' });
const binary = toBinary(ListProductsRequestSchema, asked);

let open: OpenCatalog;
let catalog: Catalog;
beforeEach(async () => {
  open = await openCatalog();
  catalog = open.catalog;
});
afterEach(() => open.server.stop());

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
    createClient(ProductService, createGrpcTransport({ baseUrl: open.grpc, interceptors: [seen(headers)] }));

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
    const session = connectHttp2(open.grpc);
    const statusWith = async (timeout: string): Promise<unknown> => {
      const stream = session.request({
        ':method': 'POST',
        ':path': listPath,
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
    expect(
      (
        await raw(`${open.http}${listPath}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: long,
        })
      ).status,
    ).toBe(200);
    expect(catalog.calls).toHaveLength(time);
  }
});
