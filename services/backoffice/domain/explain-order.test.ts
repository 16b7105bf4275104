import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { reasonOf } from '../../../platform/testing/refusal.ts';
import {
  after,
  endedFacts,
  FakeOrderRecords,
  fifteen,
  pendingFacts,
  publishedEvent,
  workflowFacts,
} from '../testing/order-records.ts';
import type { BackofficeDeps } from './deps.ts';
import { explainOrder } from './explain-order.ts';
import type { EventFacts, OrderFacts, StockFacts } from './facts.ts';

function recordsOf(facts: OrderFacts | undefined, changes: Partial<FakeOrderRecords> = {}): FakeOrderRecords {
  return Object.assign(new FakeOrderRecords(), { facts }, changes);
}

const explain = (records: FakeOrderRecords, orderId = records.facts?.orderId ?? randomUUID()) =>
  explainOrder({ records, repository: { listEntries: async () => [] } } as unknown as BackofficeDeps, { orderId });

const kindsOf = async (records: FakeOrderRecords) => (await explain(records)).timeline.map(({ kind }) => kind);

const hold = {
  state: 'CAPTURED',
  amount: fifteen,
  createTime: after(10),
  expireTime: after(900_000),
  endTime: after(50),
} as const;
const capture = {
  transactionId: randomUUID(),
  type: 'CAPTURE',
  amount: { currencyCode: 'USD', minorUnits: -1500n },
  time: after(50),
} as const;
const refund = { transactionId: randomUUID(), type: 'REFUND', amount: fifteen, time: after(300) } as const;
const reservation = (state: StockFacts['state'], changes: Partial<StockFacts> = {}): StockFacts => ({
  ...{ state, lines: [{ productId: randomUUID(), quantity: 3 }], createTime: after(11) },
  ...{ expireTime: after(900_000), endTime: after(60), restockTime: undefined, retaken: false },
  ...changes,
});
const tombstone = (): StockFacts => reservation('RELEASED', { lines: [], createTime: after(80), endTime: after(80) });
const claim = (state: 'CONSUMED' | 'RELEASED' | 'CLAIMED', endMs = 200) => ({
  ...{ state, cartVersion: 7n, createTime: after(9) },
  endTime: state === 'CLAIMED' ? undefined : after(endMs),
});
const heard = ({ events }: OrderFacts) =>
  events.map(({ eventId }) => ({ eventId, consumer: 'cart', time: after(201) }));

function completed(changes: Partial<OrderFacts> = {}): FakeOrderRecords {
  const facts = endedFacts('COMPLETED', 'paid', changes);
  return recordsOf(facts, {
    money: { hold, movements: [capture] },
    goods: reservation('COMMITTED'),
    cart: claim('CONSUMED'),
    heard: heard(facts),
    runs: [workflowFacts(facts.orderId)],
  });
}

test('a completed order is told from its 202 to the cart, in the order of time', async () => {
  const { summary, timeline, missing } = await explain(completed());
  expect(timeline.map(({ part, kind }) => `${part} ${kind}`)).toEqual([
    'order order.accepted',
    'checkout workflow.started',
    'cart cart.claimed',
    'wallet hold.made',
    'products stock.reserved',
    'wallet funds.captured',
    'products stock.sold',
    'order order.completed',
    'events event.written',
    'checkout workflow.closed',
    'events event.published',
    'cart cart.consumed',
    'events event.received',
  ]);
  expect(timeline[0]?.text).toBe('the order was accepted: 1 × Lamp, 2 × Bulb for 15.00 USD');
  expect(timeline[5]).toMatchObject({
    text: "15.00 USD were taken from the buyer's wallet",
    fields: { transaction_id: capture.transactionId },
  });
  expect(summary).toBe(
    'The order of 15.00 USD is completed; the buyer has paid 15.00 USD; the goods are sold. Nothing is left to do.',
  );
  expect(missing).toEqual([]);
});

test('a start that came late tells how late, and how often the sweep had taken the order up', async () => {
  const started = async (startAttempts: number, startMs: number, changes: Partial<FakeOrderRecords> = {}) => {
    const facts = endedFacts('COMPLETED', 'paid', { startAttempts });
    const records = recordsOf(facts, {
      runs: [workflowFacts(facts.orderId, { startTime: after(startMs) })],
      ...changes,
    });
    return (await explain(records)).timeline.find(({ kind }) => kind === 'workflow.started');
  };
  expect(await started(2, 74_000)).toMatchObject({
    text: 'the checkout workflow started, 74 s after the order was accepted; the sweep had taken it up 2 times',
    fields: { start_delay_seconds: '74', start_attempts: '2' },
  });
  expect((await started(0, 74_000))?.text).toBe('the checkout workflow started, 74 s after the order was accepted');
  expect((await started(0, 900))?.text).toBe('the checkout workflow started');
  // A later run: what an earlier one did is older. If a part does not answer, nobody knows.
  expect((await started(1, 74_000, { cart: claim('CONSUMED') }))?.text).toBe('the checkout workflow started');
  expect((await started(1, 74_000, { away: new Set(['cart']) }))?.text).toBe('the checkout workflow started');
});

test('an order that failed for stock says which reason, and that money and goods are free', async () => {
  const failure = { reason: 'OUT_OF_STOCK', message: 'only 1 Lamp is left', metadata: {} };
  const facts = endedFacts('FAILED', 'OUT_OF_STOCK', { failure });
  const records = recordsOf(facts, {
    money: { hold: { ...hold, state: 'VOIDED', endTime: after(90) }, movements: [] },
    goods: tombstone(),
    cart: claim('RELEASED', 91),
    heard: heard(facts),
    runs: [workflowFacts(facts.orderId)],
  });
  const { summary, timeline } = await explain(records);
  expect(summary).toBe(
    "The order of 15.00 USD failed: only 1 Lamp is left (OUT_OF_STOCK); the buyer's money is free: nothing was taken; no goods are reserved. Nothing is left to do.",
  );
  expect(timeline.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['hold.voided', 'stock.barred', 'cart.released', 'order.failed']),
  );
  expect(timeline.find(({ kind }) => kind === 'order.failed')?.text).toBe(
    'the order failed: only 1 Lamp is left (OUT_OF_STOCK)',
  );
});

test('an order that failed for funds tells that no money was held, and that the goods are back', async () => {
  const failure = { reason: 'INSUFFICIENT_FUNDS', message: '15.00 USD needed, 1.00 USD available', metadata: {} };
  const facts = endedFacts('FAILED', 'INSUFFICIENT_FUNDS', { failure });
  const barred = { state: 'VOIDED', amount: undefined, createTime: after(80), expireTime: undefined } as const;
  const records = recordsOf(facts, {
    money: { hold: { ...barred, endTime: after(80) }, movements: [] },
    goods: reservation('RELEASED'),
    heard: heard(facts),
  });
  const { summary } = await explain(records);
  expect(summary).toContain(
    "failed: 15.00 USD needed, 1.00 USD available (INSUFFICIENT_FUNDS); the buyer's money is free: nothing was taken; the goods are",
  );
  expect(await kindsOf(records)).toEqual(expect.arrayContaining(['hold.barred', 'stock.reserved', 'stock.released']));
});

test('a cancelled order says by whom', async () => {
  const facts = endedFacts('CANCELLED', 'cancelled by the buyer');
  const cancels = [{ time: after(70), cause: 'cancelled by the buyer' }];
  const records = recordsOf(facts, {
    goods: tombstone(),
    heard: heard(facts),
    runs: [workflowFacts(facts.orderId, { cancels })],
  });
  const { summary, timeline } = await explain(records);
  expect(summary).toContain('The order of 15.00 USD was cancelled (cancelled by the buyer)');
  expect(timeline.find(({ kind }) => kind === 'cancel.requested')?.text).toBe(
    'a cancel was asked for: cancelled by the buyer',
  );
});

test('a refunded order tells that the money is back and the goods are in stock again', async () => {
  const before = endedFacts('COMPLETED', 'paid');
  const changes = [
    ...before.changes,
    { status: 'CANCELLED', time: after(400), cause: 'cancelled by the buyer' } as const,
  ];
  const facts = { ...before, status: 'CANCELLED', changes } as const;
  const records = recordsOf(facts, {
    money: { hold, movements: [capture, refund] },
    goods: reservation('COMMITTED', { restockTime: after(350) }),
    heard: heard(facts),
    runs: [workflowFacts(facts.orderId), workflowFacts(facts.orderId, { workflowId: `refund-${facts.orderId}` })],
  });
  const { summary, timeline } = await explain(records);
  expect(summary).toBe(
    'The order of 15.00 USD was refunded (cancelled by the buyer); the 15.00 USD that were taken are back with the buyer; the goods are back in stock. Nothing is left to do.',
  );
  expect(timeline.slice(-3).map(({ kind }) => kind)).toEqual(['funds.refunded', 'stock.restocked', 'order.cancelled']);
});

test('a refund by support tells who and why', async () => {
  const before = endedFacts('COMPLETED', 'paid');
  const cause = 'refunded by support: a broken lamp';
  const changes = [...before.changes, { status: 'CANCELLED', time: after(400), cause } as const];
  const { summary, timeline } = await explain(recordsOf({ ...before, status: 'CANCELLED', changes }));
  expect(summary).toContain('The order of 15.00 USD was refunded by support: a broken lamp; ');
  expect(timeline.find(({ kind }) => kind === 'order.cancelled')?.text).toBe(`the order was ${cause}`);
});

test('a refund that is asked for and not done is told, and that it goes on', async () => {
  const records = completed({ nextRefundTime: after(60_000) });
  expect((await explain(records)).summary).toContain('A refund is asked for; a sweep asks again until it is done.');
  expect(await kindsOf(records)).toContain('refund.waiting');
});

test('an order that waits names the service, the attempt and the reason', async () => {
  const facts = pendingFacts();
  const step = {
    ...{ step: 'holdFunds', service: 'wallet', attempt: 5, lastReason: 'UPSTREAM_UNAVAILABLE' },
    ...{ lastMessage: 'a service cannot be reached', nextAttemptTime: after(10_000) },
  };
  const open = { closeTime: undefined, status: 'RUNNING', stage: 'Stage 1 of 3', pending: [step] };
  const records = recordsOf(facts, {
    goods: reservation('ACTIVE', { endTime: undefined }),
    cart: claim('CLAIMED'),
    runs: [workflowFacts(facts.orderId, open)],
  });
  const { summary, timeline } = await explain(records);
  expect(summary).toContain('is under way');
  expect(summary).toContain('the goods are reserved. It waits for wallet (holdFunds, attempt 5: UPSTREAM_UNAVAILABLE)');
  const opened = timeline.find(({ kind }) => kind === 'workflow.open');
  expect(opened).toMatchObject({ fields: { status: 'RUNNING', stage: 'Stage 1 of 3' } });
  expect(timeline.find(({ kind }) => kind === 'step.retrying')).toMatchObject({
    part: 'checkout',
    text: 'holdFunds waits for wallet: attempt 5 comes at 2020-01-31T12:00:10.000Z; the last one failed: UPSTREAM_UNAVAILABLE – a service cannot be reached',
    fields: { step: 'holdFunds', service: 'wallet', attempt: '5', last_reason: 'UPSTREAM_UNAVAILABLE' },
  });
});

test('an order whose workflow is not started yet says that a sweep starts it', async () => {
  const { summary, timeline } = await explain(recordsOf(pendingFacts({ startTime: undefined, startAttempts: 2 })));
  expect(summary).toContain('Its workflow is not started yet; a sweep starts it.');
  expect(timeline.at(-1)).toMatchObject({ kind: 'workflow.unstarted' });
});

test('a dead event is told with its error and with what sends it again', async () => {
  const dead = publishedEvent('OrderCompleted', {
    ...{ publishTime: undefined, attempts: 12, lastError: 'the record is too large', dead: true },
  });
  const records = Object.assign(completed({ events: [dead] }), { heard: [] });
  const { summary, timeline } = await explain(records);
  expect(summary).toContain(
    `Its event OrderCompleted is dead: mend the cause, then \`events dead replay ${dead.eventId}\``,
  );
  expect(timeline.find(({ kind }) => kind === 'event.dead')?.text).toContain('the record is too large');
});

test('an event that was resent keeps its first publishing, and the resend is a line of its own', async () => {
  const resent = publishedEvent('OrderCompleted', { firstPublishTime: after(150), publishTime: after(90_000) });
  const waits = { ...resent, publishTime: undefined };
  const linesOf = async (event: EventFacts) => {
    const { summary, timeline } = await explain(completed({ events: [event] }));
    const ofEvents = timeline.filter(({ kind }) => /^event\.(?!written|received)/.test(kind));
    return { summary, lines: ofEvents.map(({ kind, time, text }) => [kind, time, text]) };
  };
  const published = ['event.published', after(150), 'the event OrderCompleted was published'];
  const told = await linesOf(resent);
  expect(told.lines).toEqual([
    published,
    ['event.resent', after(90_000), 'the event OrderCompleted was published again, by `events resend`'],
  ]);
  expect(told.summary).toContain('Nothing is left to do');
  const waiting = await linesOf(waits);
  expect(waiting.lines).toEqual([
    published,
    ['event.waiting', expect.any(Date), 'the event OrderCompleted waits to be published again'],
  ]);
  expect(waiting.summary).toContain('Its event OrderCompleted waits to be published again.');
});

test('an event that is published and not taken in is told', async () => {
  const records = Object.assign(completed(), { heard: [] });
  expect((await explain(records)).summary).toContain('is published, and the cart has not taken it in yet');
});

test('parts that are away are named, and the others are told all the same', async () => {
  const records = completed();
  for (const part of ['wallet', 'cart', 'checkout'] as const) records.away.add(part);
  const { summary, timeline, missing } = await explain(records);
  expect(missing).toEqual([
    { part: 'wallet', reason: 'UPSTREAM_UNAVAILABLE', message: 'a service cannot be reached' },
    { part: 'cart', reason: 'UPSTREAM_UNAVAILABLE', message: 'a service cannot be reached' },
    { part: 'checkout', reason: 'TEMPORAL_UNAVAILABLE', message: 'Temporal does not answer; try again' },
    { part: 'events', reason: 'UPSTREAM_UNAVAILABLE', message: 'a service cannot be reached' },
  ]);
  expect(summary).toContain('where the money is is not known; the goods are sold');
  expect(summary).toContain('As far as it is known, nothing is left to do.');
  expect(timeline.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['order.completed', 'stock.sold']));
});

test('without the order service the money and the goods are still told', async () => {
  const records = completed();
  records.away.add('order');
  const { summary, order, missing } = await explain(records);
  expect(order).toBeUndefined();
  expect(summary).toBe(
    'How the order stands is not known; the buyer has paid 15.00 USD; the goods are sold. Ask again when the order service answers.',
  );
  expect(missing.map(({ part }) => part)).toEqual(['order', 'events']);
});

test('a payment leads to its order; an id of nothing is refused', async () => {
  const records = completed();
  const orderId = records.facts?.orderId ?? '';
  records.payments.set(capture.transactionId, orderId);
  expect(await explain(records, capture.transactionId)).toMatchObject({ orderId });
  expect(await reasonOf(explain(records, randomUUID()))).toBe('ORDER_NOT_FOUND');
});
