import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLogger } from '../../../platform/telemetry/logger.ts';
import type { Credentials } from '../../../testkit/shopper/shopper.ts';
import { secretShapesIn, secretsOf, toldIn } from '../../../testkit/secrets.ts';
import { startWholePlatform, type WholePlatform } from './start.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

type Line = Readonly<Record<string, unknown>> & { readonly msg: string };

const texts: string[] = [];
let platform: WholePlatform;
beforeAll(async () => {
  const destination = { write: (text: string) => void texts.push(text) };
  platform = await startWholePlatform('story', createLogger({ role: 'all', level: 'debug', destination }));
});
afterAll(() => platform?.close());

const lines = (): Line[] => texts.map((text) => JSON.parse(text) as Line);
const storyOf = (orderId: string): Line[] =>
  lines().filter((line) => line.orderId === orderId && line.level !== 'debug' && !line.msg.startsWith('call '));
const told = (orderId: string): string[] =>
  storyOf(orderId).map(({ msg, step, reason }) => [msg, step, reason].filter((part) => part !== undefined).join(' '));

/** An order that is completed, and whose event the cart has taken in. */
async function bought() {
  const { shop, eventsAreOver } = platform;
  const lamp = await shop.product(1000, 100);
  const buyer = await shop.buyer(100_000);
  await buyer.add(lamp.productId, 2);
  const { orderId } = await buyer.startCheckout({ waitSeconds: 8 });
  await expect.poll(eventsAreOver, { timeout: 20_000 }).toBe(true);
  return { orderId, buyer };
}

test('an order tells each thing that happens to it once, with the ids of the first request and of its buyer', async () => {
  const { orderId, buyer } = await bought();
  await expect.poll(() => told(orderId)).toContain('event published');
  expect(told(orderId).toSorted()).toEqual(
    [
      'checkout accepted',
      'step done claimCart',
      'step done reserveStock',
      'step done holdFunds',
      'step done captureFunds',
      'order completed',
      'step done commitStock',
      'step done completeOrder',
      'order event taken in',
      'event published',
    ].toSorted(),
  );
  const { userId } = await buyer.me();
  const story = storyOf(orderId);
  expect(new Set(story.map(({ requestId }) => requestId)).size).toBe(1);
  expect(new Set(story.map(({ traceId }) => traceId)).size).toBe(1);
  expect(story[0]?.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(story.map((line) => line.userId))).toEqual(new Set([userId]));
});

test('a refund by an administrator: the user of every line is the buyer, and the actor is the administrator', async () => {
  const { shop, eventsAreOver } = platform;
  const { orderId, buyer } = await bought();
  const before = texts.length;
  await shop.refund(orderId);
  await expect.poll(eventsAreOver, { timeout: 20_000 }).toBe(true);
  const ofRefund = () =>
    lines()
      .slice(before)
      .filter((line) => line.orderId === orderId);
  const published = () => ofRefund().map(({ msg }) => msg);
  await expect.poll(published).toEqual(expect.arrayContaining(['event published', 'order event taken in']));
  const { userId } = await buyer.me();
  // Temporal's SDK writes that line, at debug, before the workflow has its input.
  const wrong = ofRefund().filter((line) => line.userId !== userId && line.msg !== 'Workflow started');
  expect(wrong.map(({ msg, userId: found, ...line }) => [msg, found, line['method']])).toEqual([]);
  const asked = ofRefund().filter((line) => line['method'] === 'ecommerce.admin.v1.AdminService/RefundOrder');
  expect(asked).toMatchObject([{ msg: 'call served', actorId: expect.any(String) }]);
  expect(asked[0]?.['actorId']).not.toBe(userId);
});

test('a caller finds an order by the ids that it sent', async () => {
  const { shop } = platform;
  const lamp = await shop.product(1000, 100);
  const buyer = await shop.buyer(100_000);
  await buyer.add(lamp.productId, 1);
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const answer = await fetch(`${platform.api}/api/v1/cart/checkout`, {
    method: 'POST',
    body: '{}',
    headers: {
      ...buyer.headers,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
      prefer: 'wait=8',
      'x-request-id': 'asked-by-a-test',
      traceparent: `00-${traceId}-b7ad6b7169203331-00`,
    },
  });
  const { checkout } = (await answer.json()) as { checkout: { orderId: string } };
  await expect.poll(() => told(checkout.orderId), { timeout: 20_000 }).toContain('order event taken in');
  for (const line of storyOf(checkout.orderId)) expect(line).toMatchObject({ requestId: 'asked-by-a-test', traceId });
});

test('a refused checkout tells why, also in its workflow, and a refund tells who asked for it', async () => {
  const { shop, eventsAreOver } = platform;
  const chair = await shop.product(2000, 1);
  const buyer = await shop.buyer(100_000);
  await buyer.add(chair.productId, 1);
  const { orderId: bought } = await buyer.startCheckout({ waitSeconds: 8 });
  await expect.poll(eventsAreOver, { timeout: 20_000 }).toBe(true);
  await buyer.cancelOrder(bought);
  expect(told(bought)).toContain('refund asked for');
  expect(told(bought)).toContain('step done refundFunds');
  expect(told(bought)).toContain('order cancelled');

  await shop.adjust(chair, 1);
  await buyer.add(chair.productId, 5);
  const { orderId } = await buyer.startCheckout({ waitSeconds: 8 });
  // Temporal's SDK holds lines of workflows back for a moment.
  await expect.poll(() => told(orderId)).toContain('undoing the checkout OUT_OF_STOCK');
  const why = told(orderId);
  expect(why).toContain('step refused reserveStock OUT_OF_STOCK');
  expect(why).toContain('order failed OUT_OF_STOCK');
  const undoing = lines().find(({ msg, ...rest }) => msg === 'undoing the checkout' && rest.orderId === orderId);
  expect(undoing).toMatchObject({
    workflowId: `checkout-${orderId}`,
    runId: expect.any(String),
    requestId: storyOf(orderId)[0]?.requestId,
  });
  // The undo's steps tell of themselves first, so only the lines' times give their order.
  const timeOf = (msg: string, step?: string) =>
    Date.parse(String(storyOf(orderId).find((line) => line.msg === msg && line['step'] === step)?.['time']));
  expect(timeOf('step refused', 'reserveStock')).toBeLessThanOrEqual(timeOf('undoing the checkout'));
  expect(timeOf('undoing the checkout')).toBeLessThanOrEqual(timeOf('step done', 'releaseStock'));
});

const credentialsOf = ({ email, password }: Credentials): Credentials => ({ email, password });

test('no password, token or address of anybody is in the log of all this, debug lines included', async () => {
  const { shop } = platform;
  const buyer = await shop.buyer(1000);
  const before = buyer.tokens;
  await buyer.signIn();
  const secrets = [
    ...secretsOf({ email: 'admin@example.com', password: 'admin-development-only' }),
    ...secretsOf({ ...credentialsOf(buyer), tokens: [before] }),
    ...shop.buyers.flatMap((each) => secretsOf({ ...credentialsOf(each), tokens: [each.tokens] })),
  ];
  const log = texts.join('');
  expect(texts.length).toBeGreaterThan(100);
  expect(toldIn(log, secrets)).toEqual([]);
  expect(secretShapesIn(log)).toEqual([]);
});

test('nothing of all this is a warning', () => {
  const frightening = lines().filter(({ level }) => level === 'warn' || level === 'error');
  expect(frightening.map(({ msg, err }) => [msg, err])).toEqual([]);
});
