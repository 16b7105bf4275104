import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test, vi } from 'vitest';
import type { TimelineEntrySchema } from '../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { CheckoutStepState, type CheckoutStepSchema } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ErrorInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { errorDomain } from '../../proto/reasons.ts';
import { notGiven } from '../arguments.ts';
import type { Context } from '../context.ts';
import { fakeApi, type FakeServices } from '../testing/fake-api.ts';
import { printedLines } from '../testing/printed.ts';
import { cancelCheckout } from './checkout-cancel.ts';
import { watchCheckout } from './checkout-watch.ts';

vi.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));

const account = { email: 'somebody@example.com', password: 'secret' };
const total = { currencyCode: 'USD', minorUnits: 250n };
const asked = { ...account, reason: notGiven };
const said = printedLines();

const refusal = (reason: string, code: Code) =>
  new ConnectError(reason, code, undefined, [
    { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason, domain: errorDomain }) },
  ]);
const notFound = () => Promise.reject(refusal('ORDER_NOT_FOUND', Code.NotFound));

/** What needs a service key or Temporal is not there. */
function contextOf(services: FakeServices, roles?: readonly string[]): Context {
  const context: Partial<Context> = {
    env: {},
    json: true,
    asks: false,
    signIn: () => Promise.resolve(fakeApi(services, roles)),
    lastRunUrl: () => Promise.resolve('http://temporal'),
  };
  return context as Context;
}

/** An order that has each of these statuses in turn. */
const turning = (...statuses: readonly [OrderStatus, ...OrderStatus[]]) => {
  const nextStatus = inTurn(...statuses);
  return () => ({ order: { orderId: 'x', status: nextStatus(), total, userId: 'the-buyer' } });
};
/** Each of these, and then the last for ever. */
function inTurn<Value>(...values: readonly [Value, ...Value[]]): () => Value {
  let [now, ...others] = values;
  return () => {
    const given = now;
    [now = given, ...others] = others;
    return given;
  };
}
const textsOf = () => said.map((line) => (JSON.parse(line) as { text: string }).text);

test('a buyer watches their checkout with an account alone: its states, and its steps as the API tells them', async () => {
  const { RUNNING, DONE, WAITING } = CheckoutStepState;
  const steps = inTurn<MessageInitShape<typeof CheckoutStepSchema>[]>(
    [
      { name: 'hold funds', state: RUNNING },
      { name: 'capture funds', state: WAITING },
    ],
    [{ name: 'hold funds', state: DONE, took: { seconds: 0n, nanos: 5_000_000 } }],
  );
  const getCheckoutProgress = () => ({ stage: 'Stage 1 of 3', steps: steps() });
  const getOrder = turning(OrderStatus.PENDING, OrderStatus.PENDING, OrderStatus.COMPLETED);
  await watchCheckout(contextOf({ orders: { getOrder }, checkout: { getCheckoutProgress } }), 'x', account);
  expect(textsOf()).toEqual(['Stage 1 of 3', 'hold funds running', 'PENDING', 'hold funds done in 5 ms', 'COMPLETED']);
  expect(process.exitCode).toBeUndefined();
});

test.each([
  [[OrderStatus.PENDING, OrderStatus.COMPLETED, OrderStatus.CANCELLED], undefined, 'refunded since'],
  [[OrderStatus.PENDING, OrderStatus.CANCELLED], 5, 'CANCELLED'],
])('a buyer is told a refund from a cancel: %j', async (statuses, exitCode, text) => {
  const getOrderHistory = () => ({ changes: statuses.map((status) => ({ status })) });
  const away = () => Promise.reject(refusal('TEMPORAL_UNAVAILABLE', Code.Unavailable));
  const services = { orders: { getOrder: turning(OrderStatus.CANCELLED), getOrderHistory } };
  await watchCheckout(contextOf({ ...services, checkout: { getCheckoutProgress: away } }), 'x', account);
  expect(textsOf()).toEqual([expect.stringContaining(text)]);
  expect(process.exitCode).toBe(exitCode);
});

test("support watches a buyer's checkout: its steps are those of the order's story", async () => {
  const workflow = { workflow_id: 'checkout-x' };
  const stories = inTurn<MessageInitShape<typeof TimelineEntrySchema>[]>(
    [
      { kind: 'order.accepted' },
      { kind: 'workflow.open', fields: { ...workflow, stage: 'Stage 1 of 3' } },
      { kind: 'stock.reserved' },
      { kind: 'step.retrying', fields: { ...workflow, step: 'holdFunds', attempt: '3', last_reason: 'DATABASE_BUSY' } },
    ],
    [{ kind: 'stock.reserved' }, { kind: 'hold.made' }, { kind: 'order.completed' }, { kind: 'workflow.closed' }],
  );
  const explainOrder = () => ({ timeline: stories() });
  const getOrder = turning(OrderStatus.PENDING, OrderStatus.PENDING, OrderStatus.COMPLETED);
  const services = { admin: { getOrder, explainOrder }, orders: { getOrder: notFound } };
  await watchCheckout(contextOf(services, ['customer', 'support']), 'x', account);
  expect(textsOf()).toEqual([
    ...['Stage 1 of 3', 'reserve stock done', 'hold funds retrying: attempt 3 failed: DATABASE_BUSY', 'PENDING'],
    ...['hold funds done', 'complete the order done', 'COMPLETED'],
  ]);
});

test('the order of somebody else is not found by a customer, who asks nothing of the administrators', async () => {
  const getOrder = vi.fn<() => Promise<never>>();
  const context = contextOf({ orders: { getOrder: notFound }, admin: { getOrder } });
  await expect(watchCheckout(context, 'x', account)).rejects.toThrow('ORDER_NOT_FOUND');
  await expect(cancelCheckout(context, 'x', asked)).rejects.toThrow('ORDER_NOT_FOUND');
  expect(getOrder).not.toHaveBeenCalled();
});

test('a buyer cancels their running checkout with an account alone', async () => {
  const orders = { getOrder: turning(OrderStatus.PENDING) };
  await cancelCheckout(contextOf({ orders, checkout: { cancelCheckout: () => ({}) } }), 'x', asked);
  expect(JSON.parse(said[0] ?? '')).toMatchObject({ orderId: 'x', outcome: 'CANCELLED' });
  expect(process.exitCode).toBeUndefined();
});

test('a cancel that comes too late says so, and one that goes on tells it', async () => {
  const refusing = (reason: string, code: Code) =>
    contextOf({
      orders: { getOrder: turning(OrderStatus.PENDING) },
      checkout: { cancelCheckout: () => Promise.reject(refusal(reason, code)) },
    });
  await cancelCheckout(refusing('ORDER_NOT_CANCELLABLE', Code.FailedPrecondition), 'x', asked);
  expect(JSON.parse(said[0] ?? '')).toMatchObject({
    outcome: 'NOT_CANCELLABLE',
    message: expect.stringContaining('the money is taken'),
  });
  expect(process.exitCode).toBe(1);
  const pending = cancelCheckout(refusing('CANCELLATION_PENDING', Code.Unavailable), 'x', asked);
  await expect(pending).rejects.toMatchObject({ reason: 'CANCELLATION_PENDING', exitCode: 1 });
});

test('with an account nobody but the buyer cancels a running checkout, and no reason is lost', async () => {
  const admin = { getOrder: turning(OrderStatus.PENDING) };
  const context = contextOf({ orders: { getOrder: notFound }, admin }, ['admin']);
  await expect(cancelCheckout(context, 'x', asked)).rejects.toMatchObject({ reason: 'NOT_THE_BUYER', exitCode: 1 });
  await expect(cancelCheckout(context, 'x', { ...account, reason: 'they called' })).rejects.toMatchObject({
    ...{ reason: 'USAGE', message: expect.stringContaining('--reason') },
  });
});
