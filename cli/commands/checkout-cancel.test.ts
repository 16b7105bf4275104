import { create } from '@bufbuild/protobuf';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../../platform/errors/app-error.ts';
import { stillUnderWay } from '../../platform/temporal/errors.ts';
import { SagaOrderSchema } from '../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { createCheckoutWorkflows, type CheckoutWorkflows } from '../../workflows/client/checkout-workflows.ts';
import { endOpenEntries } from '../cancels/open-entries.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { CliError } from '../exit.ts';
import { failureOf, textOf } from '../failure.ts';
import { callPart } from '../parts.ts';
import { onTrail } from '../trail.ts';
import { cancelCheckout } from './checkout-cancel.ts';

vi.mock('../confirm.ts');
vi.mock('../trail.ts');
vi.mock('../cancels/open-entries.ts');
vi.mock('../../services/checkout/convert/placed-order.ts');
vi.mock('../../workflows/client/checkout-workflows.ts');
vi.mock('../trail-temporal.ts');

interface State {
  readonly status: OrderStatus;
  readonly wasCompleted?: boolean;
}

const total = { currencyCode: 'USD', minorUnits: 250n };
const temporal = vi.fn<Context['temporal']>();
const cancel = vi.fn<CheckoutWorkflows['cancel']>();
const running: State = { status: OrderStatus.PENDING };
/** The order in each of these states, one read after another. The last one stays. */
const contextOf = (...states: readonly State[]) => {
  let reads = 0;
  return {
    env: { SERVICE_KEYS_DIR: '/keys' },
    asks: true,
    json: true,
    sagaOrder: () => {
      const state = states[Math.min(reads++, states.length - 1)] ?? running;
      const order = { status: state.status, total };
      const { wasCompleted = false } = state;
      return Promise.resolve(create(SagaOrderSchema, { order, wasCompleted, userId: 'the-buyer' }));
    },
    temporal,
    lastRunUrl: () => Promise.resolve('http://temporal'),
  } as Partial<Context> as Context;
};
const context = contextOf(running);
let printed: string[];

beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  vi.mocked(createCheckoutWorkflows).mockReturnValue({ cancel } as Partial<CheckoutWorkflows> as CheckoutWorkflows);
  vi.mocked(onTrail).mockImplementation((_context, _operation, work) => work(undefined, () => Promise.resolve()));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.clearAllMocks();
  process.exitCode = undefined;
});

test('a checkout is not cancelled without a yes, and the trail has no entry', async () => {
  const no = new CliError('NOT_CONFIRMED', 1, 'nothing was changed');
  vi.mocked(confirm).mockRejectedValueOnce(no);
  await expect(cancelCheckout(context, 'the-order', { reason: 'a test' })).rejects.toBe(no);
  expect(confirm).toHaveBeenCalledWith(context, 'Cancel the checkout of order the-order, 2.50 USD of buyer the-buyer?');
  expect(onTrail).not.toHaveBeenCalled();
  expect(temporal).not.toHaveBeenCalled();
});

test('a cancel stands in the trail with the order, its buyer and why, and ends what earlier ones left open', async () => {
  cancel.mockResolvedValueOnce('CANCELLED');
  await cancelCheckout(context, 'the-order', { reason: 'the buyer called' });
  const operation = { subject: 'order the-order', userId: 'the-buyer', reason: 'the buyer called' };
  expect(onTrail).toHaveBeenCalledWith(context, { action: 'checkout.cancel', ...operation }, expect.any(Function));
  expect(endOpenEntries).toHaveBeenCalledExactlyOnceWith(context, 'the-order', 'CANCELLED');
  expect(printed[0]).toContain('"outcome":"CANCELLED"');
});

test.each([
  ['a reason', 'the buyer called', 'cancelled by an operator: the buyer called'],
  ['no reason', 'not given', 'cancelled by an operator'],
  // The order service takes at most 500 characters, and the saga would repeat the refused write for ever.
  ['a reason that is too long', '😀'.repeat(600), `cancelled by an operator: ${'😀'.repeat(500 - 27)}…`],
])('the order and Temporal are told by whom and why: %s', async (_, reason, cause) => {
  cancel.mockResolvedValueOnce('CANCELLED');
  await cancelCheckout(context, 'the-order', { reason });
  expect(cancel.mock.lastCall?.[1]).toBe(cause);
});

/** What Temporal's client throws when a call takes too long. */
function noAnswer(): Promise<unknown> {
  const lost = new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'no answer', { kind: 'unknown' });
  const part = { part: 'Temporal', address: 'temporal:7233' };
  return callPart(part, () => Promise.reject(lost)).catch((error: unknown) => error);
}

test('a cancel that no worker accepts is not blamed on Temporal, which has answered before', async () => {
  cancel.mockRejectedValueOnce(await noAnswer());
  const error = await cancelCheckout(context, 'the-order', { reason: 'a test' }).catch((thrown: unknown) => thrown);
  expect(failureOf(error)).toMatchObject({ failure: { reason: 'TEMPORAL_UNAVAILABLE' }, exitCode: 4 });
  expect(textOf(error)).toMatch(/^no worker has accepted the cancellation in time/);
});

test('a cancel that takes longer than the command waits was accepted: it blames nobody', async () => {
  cancel.mockRejectedValueOnce(stillUnderWay('CANCELLATION_PENDING', 'still under way', await noAnswer()));
  const error = await cancelCheckout(context, 'the-order', { reason: 'a test' }).catch((thrown: unknown) => thrown);
  expect(failureOf(error)).toEqual({
    failure: {
      reason: 'CANCELLATION_PENDING',
      message: expect.stringContaining('was accepted and is still under way'),
    },
    exitCode: 1,
  });
  expect(textOf(error)).toMatch(/^the cancellation was accepted .* repeat the command to see how it ends \(/);
  expect(endOpenEntries).not.toHaveBeenCalled();
});

test.each([
  [{ status: OrderStatus.CANCELLED }, 'CANCELLED', undefined],
  [{ status: OrderStatus.CANCELLED, wasCompleted: true }, 'NOT_CANCELLABLE', undefined],
  [{ status: OrderStatus.COMPLETED, wasCompleted: true }, 'NOT_CANCELLABLE', 1],
  [{ status: OrderStatus.FAILED }, 'NOT_CANCELLABLE', 1],
] as const)('the repeat for an order that is %j ends the open entry as %s', async (state, outcome, exitCode) => {
  const ended = contextOf(state);
  await cancelCheckout(ended, 'the-order', { reason: 'a test' });
  expect(endOpenEntries).toHaveBeenCalledExactlyOnceWith(ended, 'the-order', outcome);
  expect(onTrail).not.toHaveBeenCalled();
  expect(process.exitCode).toBe(exitCode);
});

test.each([
  [running, 'the money is taken'],
  [{ status: OrderStatus.FAILED }, 'it has failed'],
  [{ status: OrderStatus.COMPLETED }, 'it is completed'],
  [{ status: OrderStatus.CANCELLED }, 'refunded since'],
])('a cancel that comes too late tells how the order stands then: %j', async (now, words) => {
  cancel.mockResolvedValueOnce('NOT_CANCELLABLE');
  await cancelCheckout(contextOf(running, now), 'the-order', { reason: 'a test' });
  expect(JSON.parse(printed[0] ?? '')).toMatchObject({
    outcome: 'NOT_CANCELLABLE',
    message: expect.stringContaining(words),
  });
});
