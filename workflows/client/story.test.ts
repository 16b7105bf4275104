/** What Temporal's Web UI tells of an order to somebody who does not read code. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkoutWorkflowId, refundWorkflowId } from '../contract/checkout.ts';
import { openClientLab } from '../testing/client-lab.ts';
import type { ClientLab } from '../testing/client-lab.ts';
import { barrier, down, refused } from '../testing/faults.ts';
import type { Faults } from '../testing/shop.ts';
import type { PlacedOrder } from '../../proto/placed-order.ts';

let opened: ClientLab;
beforeAll(async () => {
  opened = await openClientLab();
}, 60_000);
afterAll(() => opened.close());

const accepted = (faults: Faults = {}): PlacedOrder => opened.accepted(faults).row;

const end = (workflowId: string) => opened.lab.client.workflow.getHandle(workflowId).result();

/** The current details, which the tab "User Metadata" shows, line by line. */
async function detailsOf(workflowId: string): Promise<string[]> {
  const handle = opened.lab.client.workflow.getHandle(workflowId);
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return currentDetails.split('\n');
}

async function attributesOf(workflowId: string): Promise<Record<string, unknown>> {
  const { typedSearchAttributes } = await opened.lab.client.workflow.getHandle(workflowId).describe();
  return Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
}

const linkOf = (orderId: string) =>
  `[checkout and refund of this order](/namespaces/default/workflows?query=OrderId%3D%22${orderId}%22)`;

test('a completed order: its steps with their times, what was bought, and where its refund would be', async () => {
  const order = accepted();
  await opened.workflows.start(order);
  await end(checkoutWorkflowId(order.orderId));
  const took = expect.stringMatching(/^- ✓ [a-z ]+ \(\d+ ms\)$/) as unknown;
  expect(await detailsOf(checkoutWorkflowId(order.orderId))).toEqual([
    '**COMPLETED**',
    '',
    `59.97 USD · ${linkOf(order.orderId)}`,
    '',
    '**Steps**, each with its time, waits for a worker and for another try included',
    '',
    ...[took, took, took, took, took, took],
    '',
    '**What is bought**',
    '',
    '- 3 × Tea at 19.99 USD',
  ]);
});

test('a failed order: found by its reason, its amount and its currency', async () => {
  const order = accepted({ holdFunds: [refused('INSUFFICIENT_FUNDS')] });
  await opened.workflows.start(order);
  await end(checkoutWorkflowId(order.orderId));
  const [headline, ...lines] = await detailsOf(checkoutWorkflowId(order.orderId));
  expect(headline).toMatch(/^\*\*FAILED: INSUFFICIENT_FUNDS – /);
  expect(lines).toContainEqual(expect.stringMatching(/^- ✗ hold funds \(\d+ ms\): INSUFFICIENT_FUNDS: /));
  expect(await attributesOf(checkoutWorkflowId(order.orderId))).toMatchObject({
    CheckoutStatus: 'FAILED',
    FailureReason: 'INSUFFICIENT_FUNDS',
    OrderTotal: 5_997,
    OrderCurrency: 'USD',
  });
});

test('a step that is retried: which service does not answer, and why', async () => {
  const stop = barrier();
  const order = accepted({ commitStock: [down, stop.fault] });
  await opened.workflows.start(order);
  await stop.reached;
  expect(await detailsOf(checkoutWorkflowId(order.orderId))).toContain('- ↻ commit stock: products: UNAVAILABLE');
  stop.open();
  await end(checkoutWorkflowId(order.orderId));
});

test('a cancelled order: by whom', async () => {
  const order = accepted({ reserveStock: { always: down } });
  await opened.workflows.start(order);
  await opened.workflows.cancel(order, 'cancelled by the buyer');
  expect(await detailsOf(checkoutWorkflowId(order.orderId))).toContain('**CANCELLED: cancelled by the buyer**');
});

test('a refund: why, and where its checkout is', async () => {
  const order = accepted();
  await opened.workflows.start(order);
  await end(checkoutWorkflowId(order.orderId));
  await opened.workflows.refund(order, 'arrived broken');
  const details = await detailsOf(refundWorkflowId(order.orderId));
  expect(details).toContain('**Refunded, arrived broken; the order is CANCELLED**');
  expect(details).toContain(linkOf(order.orderId));
});

test("what people wrote is no Markdown, and has no e-mail address: a product's name and a reason", async () => {
  const order = accepted();
  const named = { ...order, items: order.items.map((item) => ({ ...item, name: '[Tea](https://evil.test) <img>' })) };
  await opened.workflows.start(named);
  await end(checkoutWorkflowId(order.orderId));
  await opened.workflows.refund(order, '![broken](/x), says ann@eyes.test');
  // A space without width behind the colon keeps the address from being a link.
  const told = '- 3 × \\[Tea\\](https:\u200B//evil.test) \\<img\\> at 19.99 USD';
  expect(await detailsOf(checkoutWorkflowId(order.orderId))).toContain(told);
  const { staticDetails } = await opened.lab.client.workflow.getHandle(checkoutWorkflowId(order.orderId)).describe();
  expect(await staticDetails()).toBe(told);
  const reason = String.raw`!\[broken\](/x), says a\*\*\*@eyes.test`;
  expect(await detailsOf(refundWorkflowId(order.orderId))).toContain(`**Refunded, ${reason}; the order is CANCELLED**`);
});
