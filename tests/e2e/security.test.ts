/**
 * Which test guards which row of the security table. This file tests who may do what. What cannot be seen from outside is
 * tested beside the code.
 *
 * - alg none, HS256, jku/jwk, expired, wrong iss or aud, refresh token as access token: security-tokens.test.ts, with what
 *   an attacker has; platform/auth/access-token.test.ts, with the genuine key
 * - 1,000 unknown key ids: security-tokens.test.ts for the 401; access-token.test.ts for one read of the key set in a second
 * - rotation of signing keys: security-key-rotation.test.ts; services/sso/domain/keys/rotate.test.ts for the whole course
 *   with a test clock; access-token.test.ts for what other services see
 * - a refresh token that is used again, a password over 72 bytes: security-sign-in.test.ts
 * - unknown user and wrong password: security-sign-in.test.ts for equal answers; services/sso/domain/login.test.ts for
 *   equal work
 * - repeated failed logins: security-sign-in.test.ts; services/sso/adapters/rate-limits.test.ts with several replicas and
 *   without Redis
 * - another user's order, cart, wallet, checkout: this file
 * - a user's token on an internal RPC, the cart's service token on capture: this file
 * - forged headers, a price or role sent by a client: this file
 * - quantities, malformed JSON, big bodies, SQL: security-input.test.ts
 * - logs: log-secrets.test.ts, platform/telemetry/logger.test.ts
 */
import { create, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadServiceKeys } from '../../platform/auth/service-keys.ts';
import { RegisterRequestSchema } from '../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { FundsService } from '../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { ErrorInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { restDriver } from './drivers/rest.ts';
import { send, signUp, type SignedUp } from './http.ts';
import { admin, fundedCustomer } from './shop.ts';

let jane: SignedUp;
beforeAll(async () => {
  jane = await signUp();
});
describe("another user's data gets the same 404 as missing data", () => {
  let token: string;
  let orderId: string;
  beforeAll(async () => {
    token = (await signUp()).accessToken;
    const product = await (await admin(restDriver())).createProduct({ priceMinor: 100, pieces: 10 });
    const owner = await fundedCustomer(restDriver(), 1000);
    await owner.add(product.productId, 1);
    orderId = (await owner.startCheckout()).orderId;
    await owner.orderEnd(orderId);
  });

  test.each([
    ['order', 'GET /api/v1/orders/{}', undefined],
    ["order's history", 'GET /api/v1/orders/{}/history', undefined],
    ['order, to cancel it', 'POST /api/v1/orders/{}:cancel', { requestId: randomUUID() }],
    ['checkout', 'GET /api/v1/checkouts/{}', undefined],
    ['checkout, to cancel it', 'POST /api/v1/checkouts/{}:cancel', {}],
  ])("another user's %s", async (_, what, body) => {
    const ask = async (id: string) => {
      const { is, json } = await send(what.replace('{}', id), { token, body });
      return { is, detail: String(json['detail']).replaceAll(id, '') };
    };
    const theirs = await ask(orderId);
    expect(theirs.is).toBe('404 ORDER_NOT_FOUND');
    expect(theirs).toEqual(await ask(randomUUID()));
  });

  test("another user's cart and wallet: the routes only ever show the caller's own", async () => {
    expect((await send('GET /api/v1/cart', { token })).json).toMatchObject({ cart: { items: [] } });
    for (const path of ['wallet', 'wallet/transactions']) {
      expect((await send(`GET /api/v1/${path}`, { token })).is).toBe('404 WALLET_NOT_FOUND');
    }
  });

  test("another user's session", async () => {
    const { json } = await send('GET /api/v1/auth/sessions', { token: jane.accessToken });
    const [session] = (json as { sessions: { sessionId: string }[] }).sessions;
    const answer = await send(`DELETE /api/v1/auth/sessions/${session?.sessionId}`, { token });
    expect(answer.is).toBe('404 SESSION_NOT_FOUND');
  });
});

describe('internal RPCs', () => {
  const capture = async (authorization: string) => {
    // A gateway does not route internal RPCs (gateway.test.ts), so the wallet is called directly.
    const baseUrl = process.env['WALLET_ADDRESS'] ?? process.env['ECOMMERCE_GRPC_URL'] ?? '';
    const funds = createClient(FundsService, createGrpcTransport({ baseUrl }));
    try {
      await funds.capture({ orderId: randomUUID() }, { headers: { authorization } });
      return 'answered';
    } catch (error) {
      const refused = ConnectError.from(error);
      return `${Code[refused.code]} ${refused.findDetails(ErrorInfoSchema)[0]?.reason}`;
    }
  };

  test('a user’s token on an internal RPC: not routed over HTTP, refused over gRPC', async () => {
    for (const name of ['Hold', 'Capture', 'Void', 'Refund']) {
      const answer = await send(`POST /${FundsService.typeName}/${name}`, { token: jane.accessToken, body: {} });
      expect(answer.is).toBe('404 ROUTE_NOT_FOUND');
    }
    expect(await capture(`Bearer ${jane.accessToken}`)).toBe('PermissionDenied CALLER_NOT_ALLOWED');
    expect(await capture('')).toBe('Unauthenticated TOKEN_INVALID');
  });

  test("the cart's service token on capture is refused", async () => {
    const keys = await loadServiceKeys(process.env['SERVICE_KEYS_DIR'] ?? '');
    const signed = await keys.signer('cart').sign({ audience: FundsService.typeName, scope: 'Capture' });
    expect(await capture(`Bearer ${signed}`)).toBe('PermissionDenied CALLER_NOT_ALLOWED');
  });
});

describe('claims of a client about itself or about prices are ignored or get 400', () => {
  test('forged x-user-id and x-forwarded-* headers', async () => {
    const other = await signUp();
    const headers = {
      'x-user-id': other.userId,
      'x-forwarded-user': other.userId,
      'x-forwarded-email': other.email,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'evil.example',
      'x-roles': 'admin',
    };
    expect((await send('GET /api/v1/auth/me', { headers })).is).toBe('401 TOKEN_INVALID');
    const { json } = await send('GET /api/v1/auth/me', { headers, token: jane.accessToken });
    expect(json).toMatchObject({ user: { userId: jane.userId, roles: ['customer'] } });
    const create = { product: { sku: 'X', name: 'x', price: { currencyCode: 'USD', minorUnits: '1' } } };
    const asAdmin = { headers, token: jane.accessToken, body: { ...create, requestId: randomUUID() } };
    expect((await send('POST /api/v1/products', asAdmin)).is).toBe('403 ADMIN_REQUIRED');
  });

  test.each([
    ['role', 'admin'],
    ['roles', ['admin']],
    ['user', { roles: ['admin'] }],
  ])('the role admin in a registration, as "%s"', async (field, claim) => {
    const body = { email: `security-${randomUUID()}@example.com`, password: jane.password, [field]: claim };
    expect((await send('POST /api/v1/auth/register', { body })).is).toBe('400 MALFORMED_REQUEST');
    const { status, text } = await send('POST /ecommerce.sso.v1.AuthService/Register', { body });
    expect([status, text]).toEqual([400, expect.stringContaining('MALFORMED_REQUEST')]);
  });

  test('the role admin in a registration, as a field of protobuf that the contract does not have', async () => {
    const request = { email: `security-${randomUUID()}@example.com`, password: jane.password };
    const known = toBinary(RegisterRequestSchema, create(RegisterRequestSchema, request));
    // Field 15, text of five bytes. Protobuf demands that it is ignored.
    const body = Buffer.concat([known, Buffer.from([0x7a, 5]), Buffer.from('admin')]);
    const headers = { 'content-type': 'application/proto' };
    expect((await send('POST /ecommerce.sso.v1.AuthService/Register', { headers, body })).status).toBe(200);
    const { json } = await send('POST /api/v1/auth/login', { body: request });
    expect(json).toMatchObject({ user: { roles: ['customer'] } });
  });

  test('a price sent by a client', async () => {
    const { productId } = await (await admin(restDriver())).createProduct({ priceMinor: 4200, pieces: 10 });
    const token = jane.accessToken;
    const price = { currencyCode: 'USD', minorUnits: '1' };
    const claims = { price, unitPrice: price, unit_price: price, lineTotal: price, total: price };
    for (const [field, claim] of Object.entries(claims)) {
      const body = { productId, quantity: 1, [field]: claim };
      expect((await send('POST /api/v1/cart/items', { token, body })).is).toBe('400 MALFORMED_REQUEST');
      expect((await send('POST /ecommerce.cart.v1.CartService/AddItem', { token, body })).status).toBe(400);
    }
    const body = { productId, quantity: 1 };
    expect((await send('POST /ecommerce.cart.v1.CartService/AddItem', { token, body })).status).toBe(200);
    const { json } = await send('GET /api/v1/cart', { token });
    expect(json).toMatchObject({ cart: { items: [{ quantity: 1 }], total: { minorUnits: '4200' } } });
  });
});
