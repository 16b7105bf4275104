import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFixture } from '../../platform/testing/fixture.ts';
import { serveFixture, type ServedFixture } from '../../platform/testing/served-fixture.ts';
import { ProductService } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { ErrorInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { freeAddresses, gatewayRoles, nginxProgram, startGateway } from './testing/gateway.ts';

let served: ServedFixture;
let stopGateway = () => Promise.resolve();
let releasePorts = () => {};
let grpc: string;

async function start(program: string): Promise<void> {
  served = await serveFixture(createFixture());
  const addresses = await freeAddresses(['http', 'grpc']);
  releasePorts = addresses.release;
  const upstreams = gatewayRoles.flatMap((role) =>
    [1, 2].flatMap((number) => [
      [`${role}_HTTP_${number}`, new URL(served.url).host],
      [`${role}_GRPC_${number}`, new URL(served.grpcUrl).host],
    ]),
  );
  grpc = `http://${addresses.of('grpc')}`;
  const gateway = await startGateway(program, {
    upstreams: Object.fromEntries(upstreams) as Record<string, string>,
    GATEWAY_HTTP: addresses.of('http'),
    GATEWAY_GRPC: addresses.of('grpc'),
    REQUESTS_PER_SECOND: '10000',
    REQUEST_BURST: '10000',
    CONCURRENT_REQUESTS: '1000',
  });
  stopGateway = gateway.stop;
}

describe.skipIf(nginxProgram === undefined)('a gRPC message above the limit', () => {
  beforeAll(() => start(nginxProgram ?? ''));
  afterAll(async () => {
    await stopGateway();
    await served.stop();
    releasePorts();
  });

  // The service answers while the client still sends: at any of many moments.
  test('is refused with the reason, however much of it has been sent by then', async () => {
    const rows = Array.from({ length: 200 }, () => ({ product: { name: 'x'.repeat(10_000) } }));
    const answers = new Map<string, number>();
    for (let call = 0; call < 100; call++) {
      const products = createClient(ProductService, createGrpcTransport({ baseUrl: grpc }));
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
