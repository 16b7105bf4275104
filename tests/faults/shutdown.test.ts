import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterEach, expect, test } from 'vitest';
import { until } from '../../platform/testing/eventually.ts';
import { CheckoutService } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { roles } from '../../runtime/registry.ts';
import { startLoad } from '../../testkit/load.ts';
import { createRandom, seedFrom } from '../../testkit/random.ts';
import { restClient } from '../../testkit/shopper/rest-client.ts';
import { openShop, type Shop } from '../../testkit/shopper/shop.ts';
import { Shopper } from '../../testkit/shopper/shopper.ts';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { violationsOf } from '../../testkit/verdict/accounts.ts';
import { judge } from '../../testkit/verdict/verdict.ts';
import { startOwn, type OwnProcess } from './support/own-process.ts';

const services = roles.filter((role) => role !== 'worker');
const withinSeconds = 25;
const started: OwnProcess[] = [];
const shops: Shop[] = [];

afterEach(async () => {
  for (const shop of shops.splice(0)) shop.close();
  await Promise.all(started.splice(0).map((process) => process.kill()));
});

async function start(roles: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<OwnProcess> {
  const usual = { SSO_BCRYPT_COST: '4', SSO_REGISTRATIONS_PER_ADDRESS_AND_HOUR: '1000000' };
  const process = await startOwn(roles, { ...usual, ...settings });
  started.push(process);
  return process;
}

function shopAt({ api, grpc }: OwnProcess): Shop {
  const shop = openShop({ api, grpc, admin: adminCredentials() });
  shops.push(shop);
  return shop;
}

const portsOf = ({ api, grpc }: OwnProcess) => ({ HTTP_PORT: new URL(api).port, GRPC_PORT: new URL(grpc).port });

/** Waits until the process is unready, and then as long as a load balancer needs to notice it. */
async function untilOutOfBalance({ ready }: OwnProcess): Promise<void> {
  await until(ready, (is) => !is, { withinMs: 60_000, everyMs: 50 });
  await sleep(500);
}

/** Calls repeatedly over one kept connection, as a gateway does, until `over` is aborted. */
async function callUntil(over: AbortSignal, url: string): Promise<{ answered: number; failed: string[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const result = { answered: 0, failed: [] as string[] };
  while (!over.aborted) {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const call = request(url, { agent }, (response) => {
      text(response).then(() => resolve(response.statusCode), reject);
    });
    call.once('error', reject);
    call.end();
    const outcome = await promise.catch((error: unknown) => (error as { code?: string }).code ?? String(error));
    if (outcome === 200) result.answered++;
    else result.failed.push(String(outcome));
    await sleep(5);
  }
  agent.destroy();
  return result;
}

/** Starts a checkout and watches it over a stream. `end` is the code with which the stream ends. */
async function watchOneOrder({ api, grpc }: OwnProcess, notProductId: string) {
  const shopper = await new Shopper({ client: restClient(api) }).arrive(100_000);
  const products = await shopper.products({ pageSize: 20, inStock: true });
  const product = products.find(({ productId }) => productId !== notProductId);
  if (product === undefined) throw new Error('the catalog has no other product in stock');
  await shopper.add(product.productId, 1);
  const { orderId } = await shopper.startCheckout();
  const client = createClient(CheckoutService, createGrpcTransport({ baseUrl: grpc }));
  const seen = Promise.withResolvers<void>();
  const watch = async () => {
    const { headers } = shopper;
    for await (const _ of client.watchCheckout({ orderId }, { headers })) seen.resolve();
    return 'the stream ended without an error';
  };
  const end = watch().catch((error: unknown) => Code[ConnectError.from(error).code]);
  await seen.promise;
  return { end };
}

test('services that stop under load answer accepted calls and end their streams, and others finish their checkouts', async () => {
  // Nothing must expire before the worker below has started, also on a busy machine.
  const unhurried = { CHECKOUT_CAPTURE_WINDOW_SECONDS: '300', CHECKOUT_TTL_SECONDS: '400' };
  const settings = { ...unhurried, TEMPORAL_TASK_QUEUE: `shutdown-${randomUUID()}` };
  const own = await start(services, { ...settings, UNREADY_SECONDS: '5' });
  const shop = shopAt(own);
  const product = await shop.product(700, 1000);
  const buyers = await Promise.all([1, 2, 3, 4, 5].map(() => shop.buyer(1_000_000)));
  for (const buyer of buyers) await buyer.fillCart([{ productId: product.productId, quantity: 1 }]);
  const watched = await watchOneOrder(own, product.productId);
  const over = new AbortController();
  const load = [1, 2, 3, 4].map(() => callUntil(over.signal, `${own.api}/api/v1/products/${product.productId}`));
  const [late, ...early] = buyers;
  await Promise.all(early.map((buyer) => buyer.checkOutOnce(buyer.wish())));

  const ended = own.terminate();
  await until(own.ready, (is) => !is, { withinMs: 4000, everyMs: 20 });
  // The process is unready, but still accepts calls.
  await late?.checkOutOnce(late.wish());
  await untilOutOfBalance(own);
  over.abort();
  const results = await Promise.all(load);
  const { code, seconds, complaints } = await ended;
  expect(results.flatMap(({ failed }) => failed)).toEqual([]);
  expect(results.every(({ answered }) => answered > 0)).toBe(true);
  expect(await watched.end).toBe('Unavailable');
  expect(code, complaints.join('\n')).toBe(0);
  expect(seconds).toBeLessThan(withinSeconds);

  const next = await start(services, { ...settings, ...portsOf(own) });
  await start(['worker'], { ...settings, SERVICES_ADDRESS: next.grpc });
  const verdict = await judge(shop, process.env);
  expect(violationsOf(verdict)).toEqual([]);
  expect(verdict.completed).toBe(5);
});

test('a worker that stops during checkouts gives up none of them', async () => {
  const settings = { TEMPORAL_TASK_QUEUE: `shutdown-${randomUUID()}` };
  const own = await start(services, settings);
  const worker = { ...settings, SERVICES_ADDRESS: own.grpc };
  let current = await start(['worker'], worker);
  const shop = shopAt(own);
  const random = createRandom(seedFrom(process.env)).fork('shutdown');
  const load = await startLoad({ shop, random, buyers: 6 });
  for (let round = 0; round < 2; round++) {
    await load.goesOn(5);
    const [{ code, seconds, complaints }, next] = await Promise.all([current.terminate(), start(['worker'], worker)]);
    expect(code, complaints.join('\n')).toBe(0);
    expect(seconds).toBeLessThan(withinSeconds);
    current = next;
  }
  await load.goesOn(5);
  await load.stop();
  const verdict = await judge(shop, process.env);
  expect(violationsOf(verdict)).toEqual([]);
});

const everyRole = 'every role stops during checkouts with exit code 0, and its successor finishes them; processes:';
test.each(['1', '2'])(`${everyRole} %s`, async (processes) => {
  const settings = { TEMPORAL_TASK_QUEUE: `shutdown-${randomUUID()}`, PROCESSES: processes };
  const own = await start(['all'], { ...settings, UNREADY_SECONDS: '1' });
  const shop = shopAt(own);
  const load = await startLoad({ shop, random: createRandom(seedFrom(process.env)).fork('all'), buyers: 6 });
  await load.goesOn(5);
  const { code, seconds, complaints } = await own.terminate();
  expect(code, complaints.join('\n')).toBe(0);
  expect(seconds).toBeLessThan(withinSeconds);
  const next = await start(['all'], { ...settings, ...portsOf(own) });
  await load.goesOn(5);
  await load.stop();
  expect([...own.errors(), ...next.errors()]).toEqual([]);
  expect(violationsOf(await judge(shop, process.env))).toEqual([]);
});

test.each(roles)('a process with the role %s stops with exit code 0 and without warnings', async (role) => {
  const addresses = { SERVICES_ADDRESS: process.env['ECOMMERCE_GRPC_URL'] ?? '' };
  const own = await start([role], { ...addresses, TEMPORAL_TASK_QUEUE: `shutdown-${randomUUID()}` });
  const { code, seconds, complaints } = await own.terminate();
  // Warnings of kafkajs are ignored: it warns when a fetch is interrupted, or when a new broker has no coordinator yet.
  const ours = complaints.filter((line) => !line.includes('"kafka":'));
  expect([code, ours]).toEqual([0, []]);
  expect(seconds).toBeLessThan(withinSeconds);
});
