import { afterAll, beforeAll, expect, test } from 'vitest';
import { down, barrier, replyLost } from './testing/faults.ts';
import { openLab } from './testing/lab.ts';
import type { Lab, Order } from './testing/lab.ts';
import { countOf } from './testing/outcomes.ts';
import type { Faults, StepName } from './testing/shop.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.close());

const steps: readonly StepName[] = ['refundFunds', 'restock', 'cancelOrder'];
const takenBack = { refunded: true, restocked: true, order: { status: 'CANCELLED' } };

async function bought(faults: Faults = {}): Promise<Order> {
  const order = lab.order(faults);
  await order.run();
  return order;
}

test('a refund gives the money back, restocks the goods, and only then cancels the order', async () => {
  const { shop, refund } = await bought();
  const before = shop.attempts.length;
  expect(await (await refund()).result()).toMatchObject({ outcome: 'REFUNDED' });
  expect(shop).toMatchObject(takenBack);
  expect(shop.attempts.slice(before)).toEqual(['readOrder', ...steps]);
});

test('a refund of a refunded order changes nothing', async () => {
  const { shop, refund } = await bought();
  await (await refund()).result();
  expect(await (await refund()).result()).toMatchObject({ outcome: 'REFUNDED' });
  expect(countOf(shop, 'refundFunds')).toBe(1);
});

test.each(steps)(
  '%s fails for a transient reason or its answer is lost: it is repeated until it succeeds',
  async (step) => {
    const { shop, refund } = await bought({ [step]: [down, replyLost] });
    expect(await (await refund()).result()).toMatchObject({ outcome: 'REFUNDED' });
    expect(countOf(shop, step)).toBe(3);
    expect(shop).toMatchObject(takenBack);
  },
);

test.each(steps)('a refund that was terminated at %s and started again comes to its end', async (step) => {
  const stop = barrier();
  const { shop, refund } = await bought({ [step]: [stop.fault] });
  const handle = await refund();
  await stop.reached;
  await handle.terminate('test');
  stop.open();
  expect(await (await refund()).result()).toMatchObject({ outcome: 'REFUNDED' });
  expect(shop).toMatchObject(takenBack);
});

test('a cancel request does not stop a refund half way', async () => {
  const stop = barrier();
  const { shop, refund } = await bought({ restock: [stop.fault] });
  const handle = await refund();
  await stop.reached;
  await handle.cancel();
  stop.open();
  expect(await handle.result()).toMatchObject({ outcome: 'REFUNDED' });
  expect(shop).toMatchObject(takenBack);
});

test('an order that did not complete is not refunded', async () => {
  const { shop, refund, run } = lab.order();
  await run({ mode: 'settle' });
  expect(await (await refund()).result()).toMatchObject({ outcome: 'NOT_REFUNDABLE' });
  expect(shop.refunded).toBe(false);
});
