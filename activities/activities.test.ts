import { timestampMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient, createRouterTransport } from '@connectrpc/connect';
import type { ConnectRouter } from '@connectrpc/connect';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { CartClaimService } from '../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import { OrderWriteService } from '../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderStatus } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import { StockService } from '../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { FundsService } from '../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { AppError, failedPrecondition, notFound } from '../platform/errors/app-error.ts';
import { toConnectError } from '../platform/errors/to-connect.ts';
import type { Activities } from '../workflows/contract/checkout.ts';
import { createActivities } from './index.ts';

const orderId = '6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b';
const userId = '5b3a4a53-6a52-4a39-9d4f-4bd2b1c6a001';
const amount = { currencyCode: 'USD', minorUnits: '9007199254740993' };

function activitiesOf(routes: (router: ConnectRouter) => void): Activities {
  const transport = createRouterTransport(routes);
  const clients = {
    claims: createClient(CartClaimService, transport),
    stock: createClient(StockService, transport),
    funds: createClient(FundsService, transport),
    orders: createClient(OrderWriteService, transport),
  };
  return createActivities(clients, pino({ level: 'silent' }));
}

async function run<Result>(step: () => Promise<Result>, isLocal = false): Promise<Result> {
  return await new MockActivityEnvironment({ isLocal }, { logger: new DefaultLogger('ERROR') }).run(step);
}

async function failureOf(step: () => Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await run(step).catch((thrown: unknown) => thrown);
  if (error instanceof ApplicationFailure) return error;
  throw new Error('expected an ApplicationFailure', { cause: error });
}

const capturing = (error: unknown) => {
  const { captureFunds } = activitiesOf((router) =>
    router.service(FundsService, {
      capture: () => {
        throw error;
      },
    }),
  );
  return () => captureFunds({ orderId });
};

describe('failures', () => {
  test.each([
    failedPrecondition('INSUFFICIENT_FUNDS', 'not enough', { available: '5' }),
    notFound('PRODUCT_NOT_FOUND', 'no such product'),
  ])('a definitive refusal is not retried and keeps its reason ($reason)', async (error) => {
    const failure = await failureOf(capturing(toConnectError(error)));
    expect(failure).toMatchObject({ type: error.reason, nonRetryable: true, message: error.message });
    expect(failure.details).toEqual([{ reason: error.reason, message: error.message, metadata: error.metadata }]);
  });

  test.each([
    ['a busy database', toConnectError(new AppError('unavailable', 'DATABASE_BUSY', 'busy'))],
    ['an unknown outcome', toConnectError(new AppError('unavailable', 'DATABASE_OUTCOME_UNKNOWN', 'lost'))],
    ['a defect', new Error('oops')],
    ['a proxy in between', new ConnectError('no healthy upstream', Code.FailedPrecondition)],
    ['a refused service token', toConnectError(new AppError('unauthenticated', 'TOKEN_INVALID', 'no'))],
    ['a missing permission', toConnectError(new AppError('permission_denied', 'CALLER_NOT_ALLOWED', 'no'))],
    ['an older service', new ConnectError('no such method', Code.Unimplemented)],
  ])('an error that says nothing about the order is retried: %s', async (_, error) => {
    expect((await failureOf(capturing(error))).nonRetryable).not.toBe(true);
  });
});

test.each([
  [true, 1_000],
  [false, 3_000],
])('a call times out before its activity does (local: %s → %i ms)', async (isLocal, timeoutMs) => {
  let allowedMs = 0;
  const { releaseClaim } = activitiesOf((router) =>
    router.service(CartClaimService, {
      release: (_, context) => {
        allowedMs = context.timeoutMs() ?? Number.POSITIVE_INFINITY;
        return {};
      },
    }),
  );
  await run(() => releaseClaim({ orderId }), isLocal);
  expect(allowedMs).toBeLessThanOrEqual(timeoutMs);
  expect(allowedMs).toBeGreaterThan(timeoutMs - 500);
});

test('neither an amount nor the capture deadline is rounded on the way', async () => {
  const asked: unknown[] = [];
  const { holdFunds } = activitiesOf((router) =>
    router.service(FundsService, {
      hold: ({ amount: money, captureDeadline }) => {
        asked.push(money?.minorUnits, captureDeadline && timestampMs(captureDeadline));
        return {};
      },
    }),
  );
  await run(() => holdFunds({ orderId, userId, amount, ttlSeconds: 900, captureDeadlineMs: 1_795_384_800_123 }));
  expect(asked).toEqual([9007199254740993n, 1_795_384_800_123]);
});

describe('ending the order', () => {
  const failed = { status: OrderStatus.FAILED, failure: { reason: 'EXPIRED', message: 'late', metadata: { a: 'b' } } };
  const end = { status: 'FAILED', failure: { reason: 'EXPIRED', message: 'late', metadata: { a: 'b' } } };

  test('a write answers how the order ended, even if it asked for another end (rule S19)', async () => {
    const { completeOrder } = activitiesOf((router) =>
      router.service(OrderWriteService, { complete: () => ({ order: failed }) }),
    );
    expect(await run(() => completeOrder({ orderId }))).toEqual(end);
  });

  test('after ORDER_CLOSED the order is read, and its end is the answer', async () => {
    const { cancelOrder } = activitiesOf((router) =>
      router.service(OrderWriteService, {
        cancel: () => {
          throw toConnectError(failedPrecondition('ORDER_CLOSED', 'it failed'));
        },
        get: () => ({ order: { order: failed } }),
      }),
    );
    expect(await run(() => cancelOrder({ orderId, expectedStatus: 'COMPLETED', cause: 'test' }))).toEqual(end);
  });

  test('an answer without an order is retried', async () => {
    const { readOrder } = activitiesOf((router) => router.service(OrderWriteService, { get: () => ({}) }));
    expect((await failureOf(() => readOrder({ orderId }))).nonRetryable).not.toBe(true);
  });
});
