import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFixture } from '../../platform/testing/fixture.ts';
import { serveFixture, type ServedFixture } from '../../platform/testing/served-fixture.ts';
import { ProductService } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { ErrorInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { nginxProgram, startGatewayBefore } from './testing/gateway.ts';

let served: ServedFixture;
let gateway: Awaited<ReturnType<typeof startGatewayBefore>>;

describe.skipIf(nginxProgram === undefined)('a gRPC message above the limit', () => {
  beforeAll(async () => {
    served = await serveFixture(createFixture());
    gateway = await startGatewayBefore(nginxProgram ?? '', { http: served.url, grpc: served.grpcUrl });
  });
  afterAll(async () => {
    await gateway.stop();
    await served.stop();
  });

  // The service answers while the client still sends: at any of many moments.
  test('is refused with the reason, however much of it has been sent by then', async () => {
    const rows = Array.from({ length: 200 }, () => ({ product: { name: 'x'.repeat(10_000) } }));
    const answers = new Map<string, number>();
    for (let call = 0; call < 100; call++) {
      const products = createClient(ProductService, createGrpcTransport({ baseUrl: gateway.grpc }));
      const error = await products.importProducts({ rows }).then(
        () => expect.unreachable('it was taken in'),
        (caught: unknown) => ConnectError.from(caught),
      );
      const told = `${Code[error.code]} ${error.findDetails(ErrorInfoSchema)[0]?.reason ?? error.rawMessage}`;
      answers.set(told, (answers.get(told) ?? 0) + 1);
    }
    expect([...answers.keys()]).toEqual(['ResourceExhausted BODY_TOO_LARGE']);
  });
});
