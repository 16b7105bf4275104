import { timestampNow } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AdminService } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { FundsService } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { createFixture } from '../../testing/fixture.ts';
import { problemOf, rest } from '../../testing/rest.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';
import { authorizeFor } from './auth.ts';

const id = crypto.randomUUID();
const fixture = createFixture();
const lines: string[] = [];
let rpc: TestRpc;
let urls: { http: string; grpc?: string };
let customer: string;

beforeAll(async () => {
  const logger = createLogger({ role: 'test', destination: { write: (line) => void lines.push(line) } });
  rpc = await createTestRpc([fixture.service], { logger });
  urls = await rpc.server.start();
  customer = await rpc.auth.tokenOf({ userId: id });
});

afterAll(() => rpc.server.stop());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const funds = FundsService.typeName;
const holdRequest = {
  orderId: id,
  userId: id,
  amount: { currencyCode: 'USD', minorUnits: 1n },
  ttlSeconds: 9,
  captureDeadline: timestampNow(),
};

async function grpcOutcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    const refused = ConnectError.from(error);
    return `${Code[refused.code]} ${refused.findDetails(ErrorInfoSchema)[0]?.reason}`;
  }
}

describe('by the method’s access option', () => {
  test('anyone: it does not matter whether there is a token, and whether it is valid', async () => {
    for (const headers of [{}, bearer(customer), bearer('rubbish'), { authorization: 'Basic abc' }]) {
      const answer = await rest(urls.http, `GET /api/v1/products/${id}`, { headers });
      expect([answer.status, answer.json]).toMatchObject([200, { product: { name: 'anonymous' } }]);
    }
  });

  test('user: 401 with a challenge unless the token is valid', async () => {
    for (const headers of [
      {},
      bearer('rubbish'),
      { authorization: customer },
      { authorization: `Basic ${customer}` },
    ]) {
      const answer = await rest(urls.http, 'GET /api/v1/wallet', { headers });
      expect(problemOf(answer).is).toBe('401 TOKEN_INVALID');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect((await rest(urls.http, 'GET /api/v1/wallet', { headers: bearer(customer) })).status).toBe(200);
  });

  test('user: forged headers do not make a user', async () => {
    const headers = { 'x-user-id': id, 'x-forwarded-user': id, 'x-roles': 'admin' };
    expect(problemOf(await rest(urls.http, 'GET /api/v1/wallet', { headers })).is).toBe('401 TOKEN_INVALID');
  });

  test('user: a service token is refused', async () => {
    const token = await rpc.auth.serviceKeys
      .signer('worker')
      .sign({ audience: WalletService.typeName, scope: 'GetWallet' });
    const answer = await rest(urls.http, 'GET /api/v1/wallet', { headers: bearer(token) });
    expect(problemOf(answer).is).toBe('403 USER_REQUIRED');
  });

  test('who is refused stands in the log', async () => {
    lines.length = 0;
    const headers = bearer(customer);
    await rest(urls.http, `DELETE /api/v1/products/${id}`, { headers });
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { reason: 'ADMIN_REQUIRED', caller: 'user', actorId: id },
    ]);
  });

  test('support: 403 for a user who is neither a member of support nor an administrator', () => {
    const authorize = authorizeFor(AdminService.method.getOrder);
    const as = (role: string) => () =>
      authorize({ kind: 'user', userId: id, roles: ['customer', role], sessionId: id });
    expect(as('guest')).toThrow(expect.objectContaining({ code: 'permission_denied', reason: 'SUPPORT_REQUIRED' }));
    for (const role of ['support', 'admin']) expect(as(role)).not.toThrow();
  });

  test('admin: 403 for any other user', async () => {
    const path = `DELETE /api/v1/products/${id}`;
    const admin = await rpc.auth.tokenOf({ userId: id, roles: ['customer', 'admin'] });
    expect(problemOf(await rest(urls.http, path, { headers: bearer(customer) })).is).toBe('403 ADMIN_REQUIRED');
    expect(problemOf(await rest(urls.http, path)).is).toBe('401 TOKEN_INVALID');
    expect((await rest(urls.http, path, { headers: bearer(admin) })).status).toBe(200);
  });
});

describe('an internal service', () => {
  const hold = (headers: Record<string, string>) =>
    grpcOutcome(
      createClient(FundsService, createGrpcTransport({ baseUrl: urls.grpc ?? '' })).hold(holdRequest, { headers }),
    );
  const signed = async (caller: string, scope = 'Hold', audience = funds) =>
    hold(bearer(await rpc.auth.serviceKeys.signer(caller).sign({ audience, scope })));

  test('answers the callers that its contract names', async () => {
    expect(await signed('worker')).toBe('ok');
  });

  test('refuses every other caller', async () => {
    expect(await signed('cart')).toBe('PermissionDenied CALLER_NOT_ALLOWED');
  });

  test('refuses a token for another method or service', async () => {
    expect(await signed('worker', 'Capture')).toBe('Unauthenticated TOKEN_INVALID');
    expect(await signed('worker', 'Hold', 'ecommerce.products.internal.v1.StockService')).toBe(
      'Unauthenticated TOKEN_INVALID',
    );
  });

  test('refuses a user with 403, and a call without a valid token with 401', async () => {
    expect(await hold(bearer(customer))).toBe('PermissionDenied CALLER_NOT_ALLOWED');
    expect(await hold({})).toBe('Unauthenticated TOKEN_INVALID');
    expect(await hold(bearer('rubbish'))).toBe('Unauthenticated TOKEN_INVALID');
  });

  test('is not on the HTTP port', async () => {
    const token = await rpc.auth.serviceKeys.signer('worker').sign({ audience: funds, scope: 'Hold' });
    const answer = await rest(urls.http, `POST /${funds}/Hold`, { body: {}, headers: bearer(token) });
    expect(problemOf(answer).is).toBe('404 ROUTE_NOT_FOUND');
  });
});

test('the public services are on the gRPC port too', async () => {
  const client = createClient(ProductService, createGrpcTransport({ baseUrl: urls.grpc ?? '' }));
  expect((await client.getProduct({ productId: id })).product?.productId).toBe(id);
});
