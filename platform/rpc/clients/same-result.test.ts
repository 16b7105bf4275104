import { create } from '@bufbuild/protobuf';
import { timestampNow } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type CallOptions } from '@connectrpc/connect';
import fc from 'fast-check';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { BatchGetProductsRequestSchema, ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { FundsService } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { statusOfCode } from '../../../proto/codes.ts';
import { AppError, failedPrecondition, type ErrorCode } from '../../errors/app-error.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { currentLimits, currentRequestId, inRequest } from '../../telemetry/request-context.ts';
import { createFixture } from '../../testing/fixture.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';
import { createTestAuth, type TestAuth } from '../../testing/tokens.ts';
import { createClients, type Clients } from './clients.ts';

const id = crypto.randomUUID();
const requestId = 'request-12345';
const logger = createLogger({ role: 'test', level: 'silent' });
const fixture = createFixture();
let auth: TestAuth;
/** Each way has a server of its own, so that its metrics can be compared. */
let servers: Record<'inside' | 'remote', TestRpc>;
let ways: Record<'inside' | 'remote', Clients>;
let urls: Record<'inside' | 'remote', string>;
let user: CallOptions;

beforeAll(async () => {
  auth = await createTestAuth();
  servers = {
    inside: await createTestRpc([fixture.service], { auth, logger }),
    remote: await createTestRpc([fixture.service], { auth, logger }),
  };
  const inside = await servers.inside.server.start();
  const remote = await servers.remote.server.start();
  urls = { inside: inside.http, remote: remote.http };
  ways = {
    inside: createClients({ logger }),
    remote: createClients({ addressesOf: () => [remote.grpc ?? ''], logger }),
  };
  ways.inside.host(servers.inside.server.endpoints);
  user = { headers: { authorization: `Bearer ${await auth.tokenOf({ userId: id })}` } };
});

afterAll(async () => {
  for (const clients of Object.values(ways)) clients.close();
  await Promise.all(Object.values(servers).map(({ server }) => server.stop()));
});

beforeEach(() => {
  fixture.onGetWallet = () => Promise.resolve();
  fixture.onWatch = () => Promise.resolve();
});

/** What a caller can see of the end of a call. */
async function outcome(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return { answer: await call() };
  } catch (error) {
    if (!(error instanceof AppError)) return { 'not an AppError': error };
    const { code, reason, kind, message, metadata, violations, retryAfterSeconds } = error;
    return { code, reason, kind, message, metadata, violations, retryAfterSeconds };
  }
}

/** Makes the call both ways, expects the same end, and returns it. */
async function same(call: (clients: Clients) => Promise<unknown>): Promise<unknown> {
  const run = (clients: Clients) => outcome(() => inRequest({ requestId }, () => call(clients)));
  const [inside, remote] = [await run(ways.inside), await run(ways.remote)];
  expect(inside).toEqual(remote);
  return inside;
}

const getWallet = (clients: Clients, options: CallOptions = {}) =>
  clients.connect(WalletService).getWallet({}, { ...user, ...options });
const throwing = (error: unknown) => {
  fixture.onGetWallet = () => Promise.reject(error);
};

async function watch(clients: Clients, options: CallOptions = {}): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const answer of clients.connect(CheckoutService).watchCheckout({ orderId: id }, { ...user, ...options })) {
    seen.push(answer);
  }
  return seen;
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
    await fc.assert(
      fc.asyncProperty(errors, async (error) => {
        throwing(error);
        await same(getWallet);
      }),
      { numRuns: 100 },
    );
  });

  test('arrives the same in a stream', async () => {
    fixture.onWatch = (_, index) =>
      index === 0 ? Promise.resolve() : Promise.reject(failedPrecondition('CART_EMPTY', 'x'));
    expect(await same(watch)).toMatchObject({ reason: 'CART_EMPTY' });
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
    expect(JSON.stringify(await same(getWallet))).not.toContain('secret');
  });
});

describe('who may call', () => {
  const signed = (clients: Clients, caller: string) =>
    clients.connect(FundsService, { as: auth.serviceKeys.signer(caller) });
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  test('a user by a valid token, and nobody else', async () => {
    const serviceToken = await auth.serviceKeys
      .signer('worker')
      .sign({ audience: WalletService.typeName, scope: 'GetWallet' });
    expect(await same(getWallet)).toMatchObject({ answer: { wallet: { walletId: id } } });
    for (const headers of [{}, { authorization: 'Basic x' }, bearer('rubbish').headers]) {
      expect(await same((clients) => getWallet(clients, { headers }))).toMatchObject({ reason: 'TOKEN_INVALID' });
    }
    const asService = await same((clients) => getWallet(clients, bearer(serviceToken)));
    expect(asService).toMatchObject({ reason: 'USER_REQUIRED' });
  });

  test('an administrator by a token with that role', async () => {
    const admin = bearer(await auth.tokenOf({ userId: id, roles: ['admin'] }));
    const remove = (options: CallOptions) => (clients: Clients) =>
      clients.connect(ProductService).deleteProduct({ productId: id }, options);
    expect(await same(remove(user))).toMatchObject({ reason: 'ADMIN_REQUIRED' });
    expect(await same(remove(admin))).toMatchObject({ answer: {} });
  });

  test('a service that the contract names, by its own name or by its token', async () => {
    const token = await auth.serviceKeys.signer('worker').sign({ audience: FundsService.typeName, scope: 'Hold' });
    const other = await auth.serviceKeys.signer('worker').sign({ audience: FundsService.typeName, scope: 'Void' });
    const held = { answer: { state: 1 } };
    expect(await same((clients) => signed(clients, 'worker').hold(hold))).toMatchObject(held);
    expect(await same((clients) => clients.connect(FundsService).hold(hold, bearer(token)))).toMatchObject(held);
    expect(await same((clients) => signed(clients, 'cart').hold(hold))).toMatchObject({
      reason: 'SERVICE_CALL_REFUSED',
    });
    for (const [options, reason] of [
      [{}, 'TOKEN_INVALID'],
      [bearer(other), 'TOKEN_INVALID'],
      [user, 'CALLER_NOT_ALLOWED'],
    ] as const) {
      expect(await same((clients) => clients.connect(FundsService).hold(hold, options))).toMatchObject({ reason });
    }
  });

  test('a service with its own token may not call what is for users', async () => {
    const call = (clients: Clients) =>
      clients.connect(WalletService, { as: auth.serviceKeys.signer('worker') }).getWallet({}, user);
    expect(await same(call)).toMatchObject({ reason: 'SERVICE_CALL_REFUSED', kind: 'transient' });
  });
});

describe('the message', () => {
  test('that breaks a rule is refused with the same violations', async () => {
    const funds = (clients: Clients) => clients.connect(FundsService, { as: auth.serviceKeys.signer('worker') });
    const amount = { currencyCode: 'usd', minorUnits: 0n };
    const broken = { ...hold, orderId: 'x', amount, ttlSeconds: 0, captureDeadline: undefined };
    const refused = await same((clients) => funds(clients).hold(broken));
    expect(refused).toMatchObject({ reason: 'VALIDATION_FAILED', violations: { length: 5 } });
    const nul = (clients: Clients) => clients.connect(ProductService).listProducts({ query: 'a\0b' });
    expect(await same(nul)).toMatchObject({ violations: [{ field: 'query' }] });
    const badStream = async (clients: Clients) => {
      for await (const _ of clients.connect(CheckoutService).watchCheckout({ orderId: 'x' }, user)) continue;
    };
    expect(await same(badStream)).toMatchObject({ reason: 'VALIDATION_FAILED' });
  });

  test('that cannot be encoded is not sent', async () => {
    const before = fixture.calls.length;
    const call = (clients: Clients) => clients.connect(ProductService).listProducts({ pageSize: 1.5 });
    expect(await same(call)).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE' });
    expect(fixture.calls).toHaveLength(before);
  });

  test('is the handler’s own: what the caller does to it afterwards changes nothing', async () => {
    const sent = create(BatchGetProductsRequestSchema, { productIds: [id] });
    const call = async (clients: Clients) => {
      const answer = clients.connect(ProductService).batchGetProducts(sent);
      sent.productIds.push('more');
      await answer;
      sent.productIds.pop();
      return fixture.calls.at(-1)?.message;
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
  const counts = async (url: string) => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return text.split('\n').filter((line) => /^grpc_server_(?:handled_total|handling_seconds_count)\{/.test(line));
  };
  const inside = await counts(urls.inside);
  expect(inside).toEqual(await counts(urls.remote));
  expect(inside.length).toBeGreaterThan(20);
});

describe('time', () => {
  const untilAborted = async ({ signal }: { readonly signal: AbortSignal }) => {
    if (!signal.aborted) await once(signal, 'abort');
  };

  test('a handler sees how long its caller waits, and works within that', async () => {
    const seen = async (clients: Clients) => {
      const told: number[] = [];
      fixture.onGetWallet = async (context) => {
        const limits = currentLimits();
        told.push(context.timeoutMs() ?? Number.NaN, (limits?.deadlineMs ?? Number.NaN) - performance.now());
      };
      await getWallet(clients, { timeoutMs: 5000 });
      return told.map((ms) => ms > 3000 && ms <= 5000);
    };
    expect(await same(seen)).toEqual({ answer: [true, true] });
  });

  test('a call that takes too long ends, and its handler is told', async () => {
    const told = Promise.withResolvers<void>();
    fixture.onGetWallet = async (context) => {
      await untilAborted(context);
      told.resolve();
    };
    expect(await outcomesOf((clients) => getWallet(clients, { timeoutMs: 60 }))).toEqual(
      twice('deadline_exceeded DEADLINE_EXCEEDED unknown'),
    );
    await told.promise;
  });

  test('a call whose caller gives up ends, and its handler is told', async () => {
    const cancelled = async (clients: Clients) => {
      const controller = new AbortController();
      const told = Promise.withResolvers<void>();
      fixture.onGetWallet = async (context) => {
        controller.abort();
        await untilAborted(context);
        told.resolve();
      };
      try {
        await getWallet(clients, { signal: controller.signal });
      } finally {
        await told.promise;
      }
    };
    expect(await outcomesOf(cancelled)).toEqual(twice('unavailable UPSTREAM_UNAVAILABLE unknown'));
  });

  test('a call whose caller has given up already is not made', async () => {
    const before = fixture.calls.length;
    const call = (clients: Clients) => getWallet(clients, { signal: AbortSignal.abort() });
    expect(await outcomesOf(call)).toEqual(twice('unavailable UPSTREAM_UNAVAILABLE unknown'));
    expect(fixture.calls).toHaveLength(before);
  });

  test('a stream whose caller gives up ends, and its handler is told', async () => {
    const cancelled = async (clients: Clients) => {
      const controller = new AbortController();
      const told = Promise.withResolvers<void>();
      fixture.onWatch = async (context, index) => {
        if (index === 0) return;
        controller.abort();
        await untilAborted(context);
        told.resolve();
      };
      try {
        await watch(clients, { signal: controller.signal });
      } finally {
        await told.promise;
      }
    };
    expect(await outcomesOf(cancelled)).toEqual(twice('unavailable UPSTREAM_UNAVAILABLE unknown'));
  });

  test('a stream with a timeout ends then', async () => {
    fixture.onWatch = async (context) => {
      await untilAborted(context);
      throw context.signal.reason;
    };
    expect(await outcomesOf((clients) => watch(clients, { timeoutMs: 60 }))).toEqual(
      twice('deadline_exceeded DEADLINE_EXCEEDED unknown'),
    );
  });

  /** Only what callers decide by: the text depends on who notices first. */
  async function outcomesOf(call: (clients: Clients) => Promise<unknown>): Promise<string[]> {
    const ends: string[] = [];
    for (const clients of Object.values(ways)) {
      const end = await call(clients).catch((error: unknown) => error);
      ends.push(end instanceof AppError ? `${end.code} ${end.reason} ${end.kind}` : String(end));
    }
    return ends;
  }
  const twice = (end: string) => [end, end];
});

test('a handler knows the request, in a stream, too, and a stream has no limits', async () => {
  const call = async (clients: Clients) => {
    const seen: unknown[] = [];
    fixture.onWatch = async (context) => {
      seen.push(currentRequestId(), context.requestHeader.get('x-request-id'), currentLimits(), context.timeoutMs());
    };
    await watch(clients);
    return seen;
  };
  const once = [requestId, requestId, undefined, undefined];
  expect(await same(call)).toEqual({ answer: [...once, ...once] });
});

test('a stream ends when the drain begins, so that its client asks another process', async () => {
  const ends: unknown[] = [];
  for (const way of ['inside', 'remote'] as const) {
    const waiting = Promise.withResolvers<void>();
    fixture.onWatch = async ({ signal }, index) => {
      if (index === 0) return;
      waiting.resolve();
      await once(signal, 'abort');
    };
    const end = outcome(() => watch(ways[way]));
    await waiting.promise;
    await servers[way].server.stop();
    ends.push(await end);
  }
  const [inside, remote] = ends;
  expect(inside).toEqual(remote);
  expect(inside).toMatchObject({ reason: 'UNAVAILABLE', kind: 'transient', retryAfterSeconds: 1 });
});
