import { expect } from 'vitest';
import { until } from '../../platform/testing/eventually.ts';
import { openBook } from '../../testkit/verdict/books.ts';
import { newBuyers } from './support/races.ts';
import { scenario, type Scenario } from './support/scenario.ts';
import { listenTo, type Heard } from './support/stream.ts';

const topic = 'ecommerce.orders.v1';
const outageMs = 120_000;

interface Event {
  readonly id: string;
  readonly order: string;
}

/** The events of these orders. The events of one order are in the order in which they were written. */
async function eventsOf(orderIds: readonly string[]): Promise<Event[]> {
  const book = openBook(process.env, 'ORDER');
  try {
    return await book<Event[]>`
      select id, aggregate_id as order from orders.outbox where aggregate_id = any(${orderIds as string[]}) order by seq`;
  } finally {
    await book.end({ timeout: 5 });
  }
}

/** The ids of one order's events in the order of their first arrival. An event may arrive again. */
function firstHeard(heard: readonly Heard[], order: string): string[] {
  return [...new Set(heard.filter(({ key }) => key === order).map(({ eventId }) => eventId))];
}

async function expectAllHeardInOrder(run: Scenario): Promise<void> {
  const orders = run.shop.memory.purchases.flatMap(({ orderId }) => (orderId === undefined ? [] : [orderId]));
  const events = await eventsOf(orders);
  const ear = await listenTo(topic, process.env);
  try {
    const missing = () => {
      const known = new Set(ear.heard.map(({ eventId }) => eventId));
      return events.filter(({ id }) => !known.has(id));
    };
    expect(
      await until(
        async () => missing(),
        (left) => left.length === 0,
        { withinMs: 30_000 },
      ),
    ).toEqual([]);
    for (const [order, own] of Map.groupBy(events, (event) => event.order)) {
      expect(firstHeard(ear.heard, order)).toEqual(own.map(({ id }) => id));
    }
    run.timeline.note(`${events.length} events of ${orders.length} orders arrived, each order's in the right order`);
  } finally {
    await ear.close();
  }
}

scenario(
  'Kafka down for 2 min under load: 0 events lost, each has its effect once, each key keeps its order',
  async (run) => {
    const load = await run.load({ buyers: 8, givenBack: 40, pauseMs: 4000 });
    await load.goesOn(8);
    await run.inflict({ kind: 'stop', part: 'kafka', ms: outageMs });
    await load.goesOn(8);
    await load.stop();
    await run.judge();
    await expectAllHeardInOrder(run);
  },
  { timeoutMs: 420_000 },
);

scenario(
  'the relay is killed between sending an event and marking it: the event is sent again and has its effect once',
  async (run) => {
    const product = await run.shop.product(300, 100);
    const [first, second] = await newBuyers(run, 2, 10_000);
    if (first === undefined || second === undefined) throw new Error('there are no buyers');
    for (const buyer of [first, second]) await buyer.fillCart([{ productId: product.productId, quantity: 1 }]);
    // The relay connects to Kafka now, so that the latency below delays the answer to the batch and not the connection.
    const warm = first.wish();
    await first.checkOut(warm);
    await first.endOf(warm);
    const ear = await listenTo(topic, process.env);
    try {
      const times = (order: string | undefined) => ear.heard.filter(({ key }) => key === order).length;
      await until(
        async () => times(warm.orderId),
        (count) => count > 0,
        { withinMs: 30_000 },
      );
      // The broker's answers are so late that the relay dies before it learns that the event was stored.
      await run.proxies?.set('kafka', { mode: 'latency', ms: 4000, jitterMs: 0, only: 'down' });
      const wish = second.wish();
      await second.checkOut(wish);
      await until(
        async () => times(wish.orderId),
        (count) => count > 0,
        { withinMs: 60_000, everyMs: 10 },
      );
      for (const relay of run.parts.of('relay')) run.parts.kill(relay);
      const marked = await unpublished(wish.orderId ?? '');
      expect(marked, 'unpublished events when the relay died').toBe(1);
      await run.proxies?.clear();
      expect(
        await until(
          async () => times(wish.orderId),
          (count) => count > 1,
          { withinMs: 90_000 },
        ),
      ).toBeGreaterThan(1);
      await run.judge();
      await expectAllHeardInOrder(run);
      expect((await second.cart()).items).toEqual([]);
    } finally {
      await ear.close();
    }
  },
  { needsProxies: true },
);

async function unpublished(orderId: string): Promise<number> {
  const book = openBook(process.env, 'ORDER');
  try {
    const rows = await book`select id from orders.outbox where aggregate_id = ${orderId} and published_at is null`;
    return rows.length;
  } finally {
    await book.end({ timeout: 5 });
  }
}

scenario(
  'connections to Kafka are reset, then swallow everything, under load: 0 events lost, each key keeps its order',
  async (run) => {
    const load = await run.load({ buyers: 8, givenBack: 40, pauseMs: 1000 });
    await load.goesOn(6);
    await run.inflict({ kind: 'proxy', proxy: 'kafka', fault: { mode: 'reset' }, ms: 6000 });
    await load.goesOn(6);
    await run.inflict({ kind: 'proxy', proxy: 'kafka', fault: { mode: 'blackhole' }, ms: 15_000 });
    await load.goesOn(6);
    await load.stop();
    await run.judge();
    await expectAllHeardInOrder(run);
  },
  { needsProxies: true, timeoutMs: 300_000 },
);
