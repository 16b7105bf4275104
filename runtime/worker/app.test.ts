import { randomUUID } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import pino from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { WorkflowCodeError } from '../../workflows/bundle-errors.ts';
import { loadWorkflowBundle } from '../../workflows/bundle.ts';
import { checkoutWorkflowId } from '../../workflows/contract/checkout.ts';
import { createShop, createShopActivities } from '../../workflows/testing/shop.ts';
import type { Shop } from '../../workflows/testing/shop.ts';
import type { Service } from '../../platform/service.ts';
import { connectTemporal } from '../../platform/temporal/connection.ts';
import { createCheckoutWorkflows } from '../../workflows/client/checkout-workflows.ts';
import { buildWorker, type WorkerDeps } from './app.ts';
import { readWorkerConfig } from './config.ts';
import { temporalAddress as address } from '../../platform/testing/temporal.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function open(at: string, more: Pick<WorkerDeps, 'loadBundle'> = {}) {
  const taskQueue = `test-${randomUUID()}`;
  const shop = createShop({});
  const temporal = connectTemporal({ address: at, namespace: 'default' });
  const worker = buildWorker({
    logger: pino({ level: 'silent' }),
    temporal,
    activities: createShopActivities((): Shop => shop),
    config: { ...readWorkerConfig({}), taskQueue, shutdownGraceSeconds: 1 },
    ...more,
  });
  closing.push(
    () => temporal.close(),
    async () => worker.stop?.(),
  );
  return { temporal, worker, shop, taskQueue, checkouts: createCheckoutWorkflows(temporal, { taskQueue }) };
}

const isReady = (worker: Service) => Promise.all(Object.values(worker.checks).map((check) => check()));
const untilReady = (worker: Service) => vi.waitFor(() => isReady(worker), { timeout: 15_000, interval: 50 });
const amount = { currencyCode: 'USD', minorUnits: 1_999n };
const row = () => ({ orderId: randomUUID(), userId: randomUUID(), items: [], total: amount, cartVersion: 1n });

test('a worker in the process of the starter gets the first task in the answer of the start', async () => {
  const { temporal, worker, checkouts, shop } = open(address);
  await worker.start?.();
  await untilReady(worker);
  const order = row();
  expect(await checkouts.start(order)).toBe('started');
  const { events } = await temporal.call(10_000, async (client) => {
    const handle = client.workflow.getHandle(checkoutWorkflowId(order.orderId));
    await handle.result();
    return handle.fetchHistory();
  });
  expect(shop.order.status).toBe('COMPLETED');
  expect(events?.[0]?.workflowExecutionStartedEventAttributes?.eagerExecutionAccepted).toBe(true);
  expect(events).toHaveLength(7);
}, 30_000);

test('a cancel is answered although a worker that ended took the first task with it', async () => {
  const { temporal, worker, checkouts, taskQueue, shop } = open(address);
  const order = row();
  await checkouts.start(order);
  const { taskToken } = await temporal.call(10_000, ({ workflowService }) =>
    workflowService.pollWorkflowTaskQueue({ namespace: 'default', taskQueue: { name: taskQueue } }),
  );
  expect(taskToken).not.toHaveLength(0);
  await worker.start?.();
  await untilReady(worker);
  expect(await checkouts.cancel(order, 'cancelled by the buyer')).toBe('CANCELLED');
  expect(shop.order.status).toBe('CANCELLED');
}, 30_000);

test('if Temporal is down at the start, the worker starts, is not ready, and runs once Temporal is up', async () => {
  const forwarder = await reservePort();
  const { worker } = open(`127.0.0.1:${forwarder.port}`);
  await worker.start?.();
  await expect(isReady(worker)).rejects.toThrow('not connected');
  await forwarder.forwardTo(address);
  await untilReady(worker);
}, 30_000);

test('an error of the workflow code ends the start, because it does not go away', async () => {
  const error = new WorkflowCodeError(['workflows/checkout.ts:7: Expression expected']);
  const { worker } = open(address, { loadBundle: () => Promise.reject(error) });
  await expect(worker.start?.()).rejects.toBe(error);
});

test('a bundle that cannot be made for another reason is tried again', async () => {
  let tries = 0;
  const loadBundle = () => (++tries < 3 ? Promise.reject(new Error('the disk is full')) : loadWorkflowBundle());
  const { worker } = open(address, { loadBundle });
  await worker.start?.();
  await untilReady(worker);
  expect(tries).toBe(3);
}, 30_000);

test('after a worker has stopped, clients no longer use its connection', async () => {
  const { temporal, worker } = open(address);
  await worker.start?.();
  await untilReady(worker);
  const mayBeEager = () => temporal.callByWorker(1_000, async (_, eager) => eager);
  expect(await mayBeEager()).toBe(true);
  await worker.stop?.();
  expect(await mayBeEager()).toBe(false);
  await expect(isReady(worker)).rejects.toThrow('not connected');
  await expect(temporal.check()).resolves.toBeUndefined();
}, 30_000);

test('when a worker stops, calls on its connection are answered or fail as unavailable', async () => {
  const { temporal, worker } = open(address);
  await worker.start?.();
  await untilReady(worker);
  const namespace = 'default';
  const short = () =>
    temporal.callByWorker(5_000, ({ workflowService }) => workflowService.describeNamespace({ namespace }));
  const endless = () =>
    temporal.callByWorker(1_500, (client) =>
      client.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: `nobody-${randomUUID()}` } }),
    );
  const calls = Promise.allSettled([...Array.from({ length: 20 }, short), endless(), endless()]);
  await worker.stop?.();
  const reasons = (await calls).map((call) => (call.status === 'fulfilled' ? 'answered' : call.reason));
  expect(reasons.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'answered'));
  for (const reason of reasons.slice(20)) expect(reason).toMatchObject({ reason: 'TEMPORAL_UNAVAILABLE' });
}, 30_000);

test('the error of an invalid setting names it', () => {
  expect(() => readWorkerConfig({ WORKER_CONCURRENT_STEPS: 'many' })).toThrow('WORKER_CONCURRENT_STEPS');
});

/** Reserves a port. Nothing answers on it until `forwardTo` is called. */
async function reservePort(): Promise<{ port: number; forwardTo: (target: string) => Promise<void> }> {
  const { port } = await listen(createServer(), 0);
  await new Promise<void>((resolve) => {
    servers.at(-1)?.close(() => resolve());
  });
  return {
    port,
    async forwardTo(target) {
      const [host, targetPort] = target.split(':');
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        const far = connect(Number(targetPort), host);
        for (const end of [socket, far]) sockets.add(end.on('error', () => undefined));
        socket.pipe(far).pipe(socket);
      });
      await listen(server, port);
      closing.unshift(async () => {
        for (const socket of sockets) socket.destroy();
        server.close();
      });
    },
  };
}

const servers: Server[] = [];

function listen(server: Server, port: number): Promise<AddressInfo> {
  servers.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server.address() as AddressInfo));
  });
}
