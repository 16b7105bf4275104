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

/** Of these orders, in the order in which each order's own came about. */
async function eventsOf(orderIds: readonly string[]): Promise<Event[]> {
  const book = openBook(process.env, 'ORDER');
  try {
    return await book<Event[]>`
      select id, aggregate_id as order from orders.outbox where aggregate_id = any(${orderIds as string[]}) order by seq`;
  } finally {
    await book.end({ timeout: 5 });
  }
}

/** Repeats are allowed, but when each event of an order was heard first, it was in the order of what happened. */
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
    run.timeline.note(`${events.length} events were heard, in order for each of ${orders.length} orders`);
  } finally {
    await ear.close();
  }
}

scenario(
  'Kafka down 2 min under load: 0 events lost, effects once, the order of each key kept',
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
  'the relay killed between send and mark: sent again, heard once by the cart',
  async (run) => {
    const product = await run.shop.product(300, 100);
    const [first, second] = await newBuyers(run, 2, 10_000);
    if (first === undefined || second === undefined) throw new Error('there are no buyers');
    for (const buyer of [first, second]) await buyer.fillCart([{ productId: product.productId, quantity: 1 }]);
    // Warms the relay's connection, so that what follows is the batch itself and not its greeting.
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
      // The broker's answers come so late that the relay dies before it hears that the event was taken.
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
      expect(marked, 'the event was not marked when the relay died').toBe(1);
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
  'connections to Kafka reset, then in a black hole, under load: 0 events lost, the order of each key kept',
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
