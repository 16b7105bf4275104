import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startRecording, type Recording } from '../../../runtime/tracing.ts';
import { startWholePlatform, type WholePlatform } from './start.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const exporter = new InMemorySpanExporter();
let recording: Recording;
let platform: WholePlatform;
beforeAll(async () => {
  recording = await startRecording({
    tracing: { sampler: 'parentbased_always_on', ratio: 1 },
    serviceName: 'test',
    logger: pino({ level: 'silent' }),
    processor: new SimpleSpanProcessor({ exporter }),
  });
  platform = await startWholePlatform('traces');
});
afterAll(async () => {
  await platform?.close();
  await recording?.stop();
});

const idOf = (span: ReadableSpan): string => span.spanContext().spanId;
const traceOf = (traceId: string): ReadableSpan[] =>
  exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);

/** The path of names from the root to each span. */
function pathsOf(spans: readonly ReadableSpan[], root: string | undefined): string[] {
  const byId = new Map(spans.map((span) => [idOf(span), span]));
  const pathTo = (span: ReadableSpan): string => {
    const parent = span.parentSpanContext?.spanId;
    const name = span.name.replace(/^ecommerce\..*\./, '');
    if (parent === undefined || parent === root) return name;
    const above = byId.get(parent);
    return above === undefined ? `an orphan: ${name}` : `${pathTo(above)} > ${name}`;
  };
  return spans.map(pathTo);
}

async function buy(traceparent?: string): Promise<{ readonly orderId: string; readonly spans: () => ReadableSpan[] }> {
  const { shop, eventsAreOver } = platform;
  const lamp = await shop.product(1000, 100);
  const buyer = await shop.buyer(100_000);
  await buyer.add(lamp.productId, 1);
  const answer = await fetch(`${platform.api}/api/v1/cart/checkout`, {
    method: 'POST',
    body: '{}',
    headers: {
      ...buyer.headers,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
      prefer: 'wait=8',
      ...(traceparent === undefined ? {} : { traceparent }),
    },
  });
  const { checkout } = (await answer.json()) as { checkout: { orderId: string; state: string } };
  expect(checkout.state).toBe('CHECKOUT_STATE_SUCCEEDED');
  await expect.poll(eventsAreOver, { timeout: 20_000 }).toBe(true);
  const { orderId } = checkout;
  const spans = (): ReadableSpan[] => {
    const accepted = exporter
      .getFinishedSpans()
      .find(({ name, attributes }) => name.endsWith('/StartCheckout') && attributes['ecommerce.order.id'] === orderId);
    return accepted === undefined ? [] : traceOf(accepted.spanContext().traceId);
  };
  return { orderId, spans };
}

const namesOf = (spans: readonly ReadableSpan[]): string[] => spans.map(({ name }) => name);

test('all spans of an order are one tree, from its first request to the cart that hears of its end', async () => {
  const { orderId, spans } = await buy();
  await expect.poll(() => namesOf(spans())).toContain('RunWorkflow:checkout');
  await expect.poll(() => namesOf(spans())).toContain('send ecommerce.orders.v1');
  const paths = pathsOf(spans(), undefined);
  const run = 'CheckoutService/StartCheckout > StartWorkflow:checkout > RunWorkflow:checkout';
  const attempt = `${run} > RunActivity:attemptCheckout`;
  const sent = `${attempt} > OrderWriteService/Complete > send ecommerce.orders.v1`;
  expect(paths).toEqual(
    expect.arrayContaining([
      'CheckoutService/StartCheckout',
      'CheckoutService/StartCheckout > CartService/GetCart',
      'CheckoutService/StartCheckout > OrderWriteService/Create',
      run,
      attempt,
      `${attempt} > CartClaimService/Claim`,
      `${attempt} > StockService/Reserve`,
      `${attempt} > FundsService/Hold`,
      `${attempt} > FundsService/Capture`,
      `${attempt} > StockService/Commit`,
      `${attempt} > OrderWriteService/Complete`,
      sent,
      `${sent} > process ecommerce.orders.v1`,
    ]),
  );
  expect(paths.filter((path) => path.includes('orphan'))).toEqual([]);
  expect(paths.filter((path) => !path.includes(' > '))).toEqual(['CheckoutService/StartCheckout']);
  expect(namesOf(spans()).filter((name) => name === 'RunWorkflow:checkout')).toHaveLength(1);
  // Nothing of the order is in another trace.
  const others = exporter.getFinishedSpans().filter((span) => !spans().includes(span));
  expect(others.filter(({ attributes }) => attributes['ecommerce.order.id'] === orderId)).toEqual([]);
});

test("an order's spans belong to the span of a client that records its own", async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await buy(`00-${traceId}-b7ad6b7169203331-01`);
  await expect.poll(() => namesOf(traceOf(traceId))).toContain('RunWorkflow:checkout');
  const paths = pathsOf(traceOf(traceId), 'b7ad6b7169203331');
  expect(paths.filter((path) => path.includes('orphan') || !path.startsWith('CheckoutService/'))).toEqual([]);
});

test('of a trace that its client does not record, there is no span', async () => {
  const traceId = '1af7651916cd43dd8448eb211c80319c';
  const { orderId } = await buy(`00-${traceId}-b7ad6b7169203331-00`);
  const { rows } = await platform.database.db.execute<{ readonly traceparent: string }>(
    `select traceparent from orders.outbox where aggregate_id = '${orderId}'`,
  );
  expect(rows[0]?.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  expect(traceOf(traceId)).toEqual([]);
});

test('upkeep that nobody has asked for makes no spans', () => {
  const roots = exporter.getFinishedSpans().filter(({ parentSpanContext }) => parentSpanContext === undefined);
  expect(namesOf(roots).filter((name) => /internal|OrderWrite|RunActivity|RunWorkflow/.test(name))).toEqual([]);
});
