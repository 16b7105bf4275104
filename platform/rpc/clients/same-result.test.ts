import { create } from '@bufbuild/protobuf';
import { timestampNow } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type CallOptions } from '@connectrpc/connect';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { BatchGetProductsRequestSchema, ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { FundsService } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { statusOfCode } from '../../../proto/codes.ts';
import { AppError, failedPrecondition, type ErrorCode } from '../../errors/app-error.ts';
import { useTwoWays } from '../../testing/two-ways.ts';
import type { Clients } from './clients.ts';

const id = crypto.randomUUID();
const ways = useTwoWays();

/** Makes the call both ways, expects the same end, and returns it. */
async function same(call: (clients: Clients) => Promise<unknown>): Promise<unknown> {
  const [within, over] = await ways.both(call);
  expect(within).toEqual(over);
  return within;
}

function throwing(error: unknown): void {
  ways.fixture.onGetWallet = async () => {
    throw error;
  };
}

const hold = {
  orderId: id,
  userId: id,
  amount: { currencyCode: 'USD', minorUnits: 1n },
  ttlSeconds: 9,
  captureDeadline: timestampNow(),
};

describe('an error of the handler', () => {
  const codes = Object.keys(statusOfCode).filter(
    (code): code is ErrorCode => !['canceled', 'unknown', 'out_of_range', 'data_loss'].includes(code),
  );
  const text = fc.string({ unit: 'grapheme', maxLength: 60 });
  const errors = fc
    .record({
      code: fc.constantFrom(...codes),
      reason: fc.constantFrom('OUT_OF_STOCK', 'INTERNAL', 'DATABASE_OUTCOME_UNKNOWN', 'BRAND_NEW', 'DEADLINE_EXCEEDED'),
      message: text,
      kind: fc.constantFrom('definitive', 'transient', 'unknown', undefined),
      metadata: fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z]{0,9}$/), text, { maxKeys: 3 }),
      violations: fc.array(fc.record({ field: text, description: text }), { maxLength: 3 }),
      retryAfterSeconds: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined }),
    })
    .map(({ code, reason, message, kind, retryAfterSeconds, ...options }) => {
      return new AppError(code, { received: reason }, message, {
        ...options,
        ...(kind === undefined ? {} : { kind }),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        cause: new Error('secret'),
      });
    });

  test('arrives the same, whatever AppError it is', async () => {
    const arrivesTheSame = fc.asyncProperty(errors, async (error) => {
      throwing(error);
      const [within, over] = await ways.both(ways.getWallet);
      expect(within).toEqual(over);
    });
    await fc.assert(arrivesTheSame, { numRuns: 100 });
    expect.hasAssertions();
  });

  test('arrives the same in a stream', async () => {
    ways.fixture.onWatch = (_, index) =>
      index === 0 ? Promise.resolve() : Promise.reject(failedPrecondition('CART_EMPTY', 'x'));
    expect(await same(ways.watch)).toMatchObject({ reason: 'CART_EMPTY' });
  });

  const postgres = (code: string) => Object.assign(new Error('duplicate key (email)=(secret)'), { code });
  test.each<[string, unknown]>([
    ['a defect', new TypeError('x is undefined: secret')],
    ['text', 'secret'],
    ['nothing', undefined],
    ['an AbortError', new DOMException('secret', 'AbortError')],
    ['a busy database', postgres('55P03')],
    ['a lost commit', postgres('57P01')],
    ['a unique violation', postgres('23505')],
    ['another service’s error', Object.assign(new ConnectError('secret', Code.NotFound), { isWireError: true })],
    [
      'a ConnectError around an AppError',
      new ConnectError('x', Code.NotFound, {}, [], failedPrecondition('CART_EMPTY', '')),
    ],
    ...Object.values(Code)
      .filter((code) => typeof code === 'number')
      .map((code): [string, unknown] => [`Connect’s own ${Code[code]}`, new ConnectError('told', code)]),
  ])('tells no more than it may: %s', async (_, error) => {
    throwing(error);
    expect(JSON.stringify(await same(ways.getWallet))).not.toContain('secret');
  });
});

describe('who may call', () => {
  const signed = (clients: Clients, caller: string) =>
    clients.connect(FundsService, { as: ways.auth.serviceKeys.signer(caller) });
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  test('a user by a valid token, and nobody else', async () => {
    const serviceToken = await ways.auth.serviceKeys
      .signer('worker')
      .sign({ audience: WalletService.typeName, scope: 'GetWallet' });
    expect(await same(ways.getWallet)).toMatchObject({ answer: { wallet: { walletId: ways.userId } } });
    for (const headers of [{}, { authorization: 'Basic x' }, bearer('rubbish').headers]) {
      expect(await same((clients) => ways.getWallet(clients, { headers }))).toMatchObject({ reason: 'TOKEN_INVALID' });
    }
    const asService = await same((clients) => ways.getWallet(clients, bearer(serviceToken)));
    expect(asService).toMatchObject({ reason: 'USER_REQUIRED' });
  });

  test('an administrator by a token with that role', async () => {
    const admin = bearer(await ways.auth.tokenOf({ userId: id, roles: ['admin'] }));
    const remove = (options: CallOptions) => (clients: Clients) =>
      clients.connect(ProductService).deleteProduct({ productId: id }, options);
    expect(await same(remove(ways.user))).toMatchObject({ reason: 'ADMIN_REQUIRED' });
    expect(await same(remove(admin))).toMatchObject({ answer: {} });
  });

  test('a service that the contract names, by its own name or by its token', async () => {
    const token = await ways.auth.serviceKeys.signer('worker').sign({ audience: FundsService.typeName, scope: 'Hold' });
    const other = await ways.auth.serviceKeys.signer('worker').sign({ audience: FundsService.typeName, scope: 'Void' });
    const held = { answer: { state: 1 } };
    expect(await same((clients) => signed(clients, 'worker').hold(hold))).toMatchObject(held);
    expect(await same((clients) => clients.connect(FundsService).hold(hold, bearer(token)))).toMatchObject(held);
    expect(await same((clients) => signed(clients, 'cart').hold(hold))).toMatchObject({
      reason: 'SERVICE_CALL_REFUSED',
    });
    for (const [options, reason] of [
      [{}, 'TOKEN_INVALID'],
      [bearer(other), 'TOKEN_INVALID'],
      [ways.user, 'CALLER_NOT_ALLOWED'],
    ] as const) {
      expect(await same((clients) => clients.connect(FundsService).hold(hold, options))).toMatchObject({ reason });
    }
  });

  test('a service with its own token may not call what is for users', async () => {
    const call = (clients: Clients) =>
      clients.connect(WalletService, { as: ways.auth.serviceKeys.signer('worker') }).getWallet({}, ways.user);
    expect(await same(call)).toMatchObject({ reason: 'SERVICE_CALL_REFUSED', kind: 'transient' });
  });
});

describe('the message', () => {
  test('that breaks a rule is refused with the same violations', async () => {
    const funds = (clients: Clients) => clients.connect(FundsService, { as: ways.auth.serviceKeys.signer('worker') });
    const amount = { currencyCode: 'usd', minorUnits: 0n };
    const broken = { ...hold, orderId: 'x', amount, ttlSeconds: 0, captureDeadline: undefined };
    const refused = await same((clients) => funds(clients).hold(broken));
    expect(refused).toMatchObject({ reason: 'VALIDATION_FAILED', violations: { length: 5 } });
    const nul = (clients: Clients) => clients.connect(ProductService).listProducts({ query: 'a\0b' });
    expect(await same(nul)).toMatchObject({ violations: [{ field: 'query' }] });
    const badStream = async (clients: Clients) => {
      for await (const _ of clients.connect(CheckoutService).watchCheckout({ orderId: 'x' }, ways.user)) continue;
    };
    expect(await same(badStream)).toMatchObject({ reason: 'VALIDATION_FAILED' });
  });

  test('that cannot be encoded is not sent', async () => {
    const before = ways.fixture.calls.length;
    const call = (clients: Clients) => clients.connect(ProductService).listProducts({ pageSize: 1.5 });
    expect(await same(call)).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE' });
    expect(ways.fixture.calls).toHaveLength(before);
  });

  test('is the handler’s own: what the caller does to it afterwards changes nothing', async () => {
    const sent = create(BatchGetProductsRequestSchema, { productIds: [id] });
    const call = async (clients: Clients) => {
      const answer = clients.connect(ProductService).batchGetProducts(sent);
      sent.productIds.push('more');
      await answer;
      sent.productIds.pop();
      return ways.fixture.calls.at(-1)?.message;
    };
    expect(await same(call)).toMatchObject({ answer: { productIds: [id] } });
  });

  test('of an answer is a whole one', async () => {
    const call = (clients: Clients) => clients.connect(ProductService).listProducts({});
    expect(await same(call)).toMatchObject({
      answer: { $typeName: 'ecommerce.products.v1.ListProductsResponse', nextPageToken: '', products: [{ sku: '' }] },
    });
  });
});

test('every call is counted in the same way', async () => {
  const [within, over] = await ways.metrics();
  expect(within).toEqual(over);
  expect(within.length).toBeGreaterThan(20);
});
