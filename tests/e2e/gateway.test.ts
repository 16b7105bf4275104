import type { DescMethod, DescMethodUnary } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CartClaimService } from '../../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import { OrderWriteService } from '../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { StockService } from '../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { ProductService } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { FundsService } from '../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { ErrorInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { Health, HealthCheckResponse_ServingStatus } from '../../proto/gen/grpc/health/v1/health_pb.ts';
import { ServerReflection } from '../../proto/gen/grpc/reflection/v1/reflection_pb.ts';
import { ServerReflection as ServerReflectionAlpha } from '../../proto/gen/grpc/reflection/v1alpha/reflection_pb.ts';
import { baseUrl, grpcAddress } from './drivers/driver.ts';
import { publicMethods } from './drivers/wire.ts';
import { send } from './http.ts';

const publicServices = [...new Set(publicMethods.map(({ parent }) => parent.typeName))].toSorted();

async function listedByReflection(version: typeof ServerReflection | typeof ServerReflectionAlpha): Promise<string[]> {
  const client = createClient(version, createGrpcTransport({ baseUrl: `http://${grpcAddress()}` }));
  const question = { messageRequest: { case: 'listServices', value: '' } } as const;
  for await (const { messageResponse } of client.serverReflectionInfo(only(question))) {
    if (messageResponse.case !== 'listServicesResponse') break;
    return messageResponse.value.service.map(({ name }) => name).toSorted();
  }
  return [];
}

const isUnary = (method: DescMethod): method is DescMethodUnary => method.methodKind === 'unary';

async function* only<T>(value: T): AsyncGenerator<T> {
  yield value;
}

describe('the gRPC address of the whole platform', () => {
  test.each([ServerReflection, ServerReflectionAlpha])(
    'lists every public service and health by $typeName',
    async (version) => {
      expect(await listedByReflection(version)).toEqual([...publicServices, Health.typeName].toSorted());
    },
  );

  test('answers the health of every public service', async () => {
    const health = createClient(Health, createGrpcTransport({ baseUrl: `http://${grpcAddress()}` }));
    for (const service of publicServices) {
      const { status } = await health.check({ service });
      expect(status, service).toBe(HealthCheckResponse_ServingStatus.SERVING);
    }
    const unknown = await health.check({ service: 'nobody' }).catch((error: unknown) => ConnectError.from(error).code);
    expect(unknown).toBe(Code.NotFound);
  });
});

// A process with every role has no gateway. It serves internal RPCs to the worker, and /metrics and /ready to operators.
describe.skipIf(process.env['ECOMMERCE_GATEWAY'] === undefined)('a gateway in front of separate processes', () => {
  test.each([FundsService, StockService, CartClaimService, OrderWriteService])(
    'does not route $typeName',
    async (service) => {
      const transport = createGrpcTransport({ baseUrl: `http://${grpcAddress()}` });
      for (const method of service.methods.filter(isUnary)) {
        const call = transport.unary(method, undefined, 5000, undefined, {});
        const code = await call.then(
          () => 'answered',
          (error: unknown) => Code[ConnectError.from(error).code],
        );
        expect(code, method.name).toBe('Unimplemented');
        expect((await send(`POST /${service.typeName}/${method.name}`, { body: {} })).is).toBe('404 ROUTE_NOT_FOUND');
      }
    },
  );

  test.each(['/metrics', '/ready', '/api/v1//../../metrics', '/api/v1/cart/../../../metrics', '/docs/%2e%2e/metrics'])(
    'does not route %s',
    async (path) => {
      expect((await send(`GET ${path}`)).is).toBe('404 ROUTE_NOT_FOUND');
    },
  );

  test('puts the request id into its own refusals', async () => {
    const requestId = `gateway-${randomUUID()}`;
    const { headers, json } = await send('GET /nowhere', { headers: { 'x-request-id': requestId } });
    expect(headers['x-request-id']).toBe(requestId);
    expect(json).toMatchObject({ status: 404, reason: 'ROUTE_NOT_FOUND', domain: 'ecommerce', requestId });
  });

  test.each([
    ['Connect', () => createConnectTransport({ baseUrl: baseUrl(), httpVersion: '1.1' })],
    ['gRPC', () => createGrpcTransport({ baseUrl: `http://${grpcAddress()}` })],
  ])('gives a reason when it refuses a request that is too large: %s', async (_, transport) => {
    const rows = Array.from({ length: 200 }, () => ({ product: { name: 'x'.repeat(10_000) } }));
    const call = createClient(ProductService, transport()).importProducts({ rows });
    const error = await call.then(
      () => expect.unreachable('it was taken in'),
      (caught: unknown) => ConnectError.from(caught),
    );
    expect(Code[error.code]).toBe('ResourceExhausted');
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: 'BODY_TOO_LARGE', domain: 'ecommerce' }]);
  });
});
