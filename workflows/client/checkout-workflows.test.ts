import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkoutWorkflowId, refundWorkflowId } from '../contract/checkout.ts';
import { openClientLab, userId } from '../testing/client-lab.ts';
import type { ClientLab } from '../testing/client-lab.ts';
import { down, barrier, refused } from '../testing/faults.ts';
import type { Lab } from '../testing/lab.ts';
import { expectBought, expectUndone } from '../testing/outcomes.ts';
import type { Faults } from '../testing/shop.ts';
import { connectTemporal } from '../../platform/temporal/connection.ts';
import { createCheckoutWorkflows } from './checkout-workflows.ts';
import type { CheckoutWorkflows } from './checkout-workflows.ts';

let opened: ClientLab;
let lab: Lab;
let workflows: CheckoutWorkflows;
beforeAll(async () => {
  opened = await openClientLab();
  ({ lab, workflows } = opened);
}, 60_000);
afterAll(() => opened.close());

const accepted = (faults: Faults = {}) => opened.accepted(faults);
const handleOf = (orderId: string) => lab.client.workflow.getHandle(checkoutWorkflowId(orderId));
const endOf = (orderId: string): Promise<unknown> => handleOf(orderId).result();

describe('starting', () => {
  test('a start sets search attributes for order, buyer and status, and a summary for people', async () => {
    const { orderId, row, shop } = accepted();
    expect(await workflows.start(row)).toBe('started');
    await endOf(orderId);
    expectBought(shop);
    const { typedSearchAttributes, ...found } = await handleOf(orderId).describe();
    const values = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
    expect(values).toEqual({
      OrderId: orderId,
      UserId: userId,
      CheckoutStatus: 'COMPLETED',
      OrderTotal: 5997,
      OrderCurrency: 'USD',
      BuildIds: expect.anything(),
    });
    expect(await found.staticSummary()).toBe('Checkout: 3 pieces for 59.97 USD');
    expect(await found.staticDetails()).toBe('- 3 × Tea at 19.99 USD');
  });

  test('a second start joins a running checkout and does not repeat an ended one', async () => {
    const stop = barrier();
    const { orderId, row, shop } = accepted({ claimCart: [stop.fault] });
    await workflows.start(row);
    expect(await workflows.start(row)).toBe('exists');
    expect(await workflows.isOpen(orderId)).toBe(true);
    stop.open();
    await endOf(orderId);
    expect(await workflows.start(row)).toBe('exists');
    expect(await workflows.isOpen(orderId)).toBe(false);
    expect(shop.attempts).toHaveLength(6);
  });

  test('an order that Temporal does not know is not open', async () => {
    expect(await workflows.isOpen(accepted().orderId)).toBe(false);
  });
});

describe('settling', () => {
  test('a terminated checkout is settled under its own id', async () => {
    const stop = barrier();
    const { orderId, row, shop } = accepted({ commitStock: [down, stop.fault] });
    await workflows.start(row);
    await stop.reached;
    await handleOf(orderId).terminate('test');
    expect(await workflows.isOpen(orderId)).toBe(false);
    await workflows.settle(row);
    expect(await endOf(orderId)).toMatchObject({ status: 'COMPLETED' });
    stop.open();
    expectBought(shop);
  });

  test('a running checkout is left alone', async () => {
    const stop = barrier();
    const { orderId, row, shop } = accepted({ claimCart: [stop.fault] });
    await workflows.start(row);
    await stop.reached;
    await workflows.settle(row);
    stop.open();
    expect(await endOf(orderId)).toMatchObject({ status: 'COMPLETED' });
    expect(shop.attempts).not.toContain('voidHold');
  });
});

describe('cancelling', () => {
  test('an order whose checkout nobody has started yet is cancelled without beginning it', async () => {
    const { orderId, row, shop } = accepted();
    expect(await workflows.cancel(row, 'cancelled by the buyer')).toBe('CANCELLED');
    expect(await endOf(orderId)).toMatchObject({ status: 'CANCELLED' });
    expectUndone(shop, 'CANCELLED');
    expect(shop.attempts).toHaveLength(4);
    expect(await workflows.start(row)).toBe('exists');
  });

  test('a running checkout is undone; a repeated cancel gets the same answer', async () => {
    const { row, shop } = accepted({ reserveStock: { always: down } });
    await workflows.start(row);
    expect(await workflows.cancel(row, 'cancelled by the buyer')).toBe('CANCELLED');
    expect(await workflows.cancel(row, 'cancelled by the buyer')).toBe('CANCELLED');
    expectUndone(shop, 'CANCELLED');
  });

  test('after the capture, and after a completed or failed checkout, the answer is NOT_CANCELLABLE', async () => {
    const stop = barrier();
    const taken = accepted({ commitStock: [down, stop.fault] });
    await workflows.start(taken.row);
    await stop.reached;
    expect(await workflows.cancel(taken.row, 'too late')).toBe('NOT_CANCELLABLE');
    stop.open();
    await endOf(taken.orderId);
    expect(await workflows.cancel(taken.row, 'too late')).toBe('NOT_CANCELLABLE');
    expectBought(taken.shop);

    const failed = accepted({ holdFunds: [refused('INSUFFICIENT_FUNDS')] });
    await workflows.start(failed.row);
    await endOf(failed.orderId);
    expect(await workflows.cancel(failed.row, 'too late')).toBe('NOT_CANCELLABLE');
    expect(failed.shop.order).toMatchObject({ status: 'FAILED', failure: { reason: 'INSUFFICIENT_FUNDS' } });
  });
});

/** What the filter by `CheckoutStatus` finds a refund by. */
async function statusOfRefund(orderId: string): Promise<unknown> {
  const { typedSearchAttributes } = await lab.client.workflow.getHandle(refundWorkflowId(orderId)).describe();
  return typedSearchAttributes.getAll().find(({ key }) => key.name === 'CheckoutStatus')?.value;
}

describe('refunding', () => {
  test('a completed order is refunded, restocked and cancelled, also after its refund was terminated', async () => {
    const stop = barrier();
    const { orderId, row, shop } = accepted({ restock: [stop.fault] });
    await workflows.start(row);
    await endOf(orderId);
    const first = workflows.refund(row, 'cancelled by the buyer').catch((error: unknown) => error);
    await stop.reached;
    await lab.client.workflow.getHandle(refundWorkflowId(orderId)).terminate('test');
    expect(await first).toMatchObject({ code: 'unavailable', reason: 'REFUND_PENDING' });
    stop.open();
    await workflows.refund(row, 'cancelled by the buyer');
    await workflows.refund(row, 'cancelled by the buyer');
    expect(shop).toMatchObject({ refunded: true, restocked: true, order: { status: 'CANCELLED' } });
    expect(await statusOfRefund(orderId)).toBe('CANCELLED');
  });

  test('an order that failed is not refunded', async () => {
    const { orderId, row, shop } = accepted();
    shop.order = { status: 'FAILED' };
    await expect(workflows.refund(row, 'no')).rejects.toMatchObject({ reason: 'ORDER_NOT_CANCELLABLE' });
    expect(await statusOfRefund(orderId)).toBe('FAILED');
  });
});

describe('the steps', () => {
  test('an order whose workflow is unknown has none; a running one tells each; an ended one still does', async () => {
    const stop = barrier();
    const { orderId, row } = accepted({ commitStock: [down, stop.fault] });
    expect(await workflows.progress(orderId)).toBeUndefined();
    await workflows.start(row);
    await stop.reached;
    expect(await workflows.progress(orderId)).toMatchObject({
      stage: 'Stage 3 of 3: commit stock, complete the order',
      steps: { 'capture funds': { state: 'done', tookMs: expect.any(Number) }, 'commit stock': { state: 'retrying' } },
    });
    stop.open();
    await endOf(orderId);
    const { stage, steps } = (await workflows.progress(orderId)) ?? { stage: '', steps: {} };
    expect(stage).toBe('COMPLETED');
    expect(Object.values(steps).map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'done'));
  });
});

test('readiness: Temporal answers and knows the search attributes', async () => {
  await expect(workflows.check()).resolves.toBeUndefined();
});

test('while Temporal is unavailable, every method says so and when to try again', async () => {
  const nowhere = connectTemporal({ address: '127.0.0.1:9', namespace: 'default' });
  const away = createCheckoutWorkflows(nowhere);
  const { row } = accepted();
  const reads = [away.isOpen(row.orderId), away.progress(row.orderId), away.check()];
  const answers = [away.start(row), away.settle(row), away.cancel(row, ''), ...reads];
  for (const answer of await Promise.allSettled([...answers, away.refund(row, '')])) {
    expect(answer).toMatchObject({
      status: 'rejected',
      reason: { code: 'unavailable', reason: 'TEMPORAL_UNAVAILABLE', retryAfterSeconds: 5 },
    });
  }
  await nowhere.close();
}, 15_000);
