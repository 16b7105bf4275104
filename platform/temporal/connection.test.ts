import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { openProxy } from '../testing/proxy/proxy.ts';
import { connectTemporal } from './connection.ts';
import { temporalAddress as address } from '../testing/temporal.ts';

const namespace = 'default';
const unavailable = { code: 'unavailable', reason: 'TEMPORAL_UNAVAILABLE' };
const dropped = Object.assign(new Error('Native Promise was dropped'), { name: 'NativePromiseDroppedError' });
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function open(at: string) {
  const temporal = connectTemporal({ address: at, namespace });
  closing.push(temporal.close);
  return temporal;
}

test('closing ends calls in flight, whether Temporal is there or not', async () => {
  for (const at of [address, '127.0.0.1:9']) {
    const temporal = connectTemporal({ address: at, namespace });
    const checks = Promise.allSettled([temporal.check(), temporal.check()]);
    await temporal.close();
    expect(await checks).toHaveLength(2);
  }
});

test('a call after the close, or whose connection is closed meanwhile, is unavailable', async () => {
  const temporal = connectTemporal({ address, namespace });
  await expect(temporal.call(1_000, () => Promise.reject(dropped))).rejects.toMatchObject(unavailable);
  await expect(
    temporal.call(1_000, async ({ connection, workflowService }) => {
      await connection.close();
      return workflowService.describeNamespace({ namespace });
    }),
  ).rejects.toMatchObject(unavailable);
  await temporal.close();
  await expect(temporal.check()).rejects.toMatchObject(unavailable);
  await expect(temporal.callByWorker(1_000, async () => 1)).rejects.toMatchObject(unavailable);
});

test('connections that were silently lost, or never got an answer, are replaced by one that works', async () => {
  const proxy = await openProxy({ name: 'temporal', listen: '127.0.0.1:0', target: address });
  closing.push(() => proxy.close());
  const temporal = open(`127.0.0.1:${proxy.port}`);
  await temporal.check();
  proxy.set({ mode: 'blackhole' });
  // The first check finds the old connection dead, the second one its replacement.
  for (const _ of [1, 2]) await expect(temporal.check()).rejects.toMatchObject(unavailable);
  proxy.set({ mode: 'pass' });
  await vi.waitFor(() => temporal.check(), { timeout: 10_000, interval: 100 });
}, 30_000);

test('a connection is kept when one call has no answer while others have', async () => {
  const temporal = open(address);
  const seen = new Set<unknown>();
  const ask = () =>
    temporal.call(5_000, async ({ connection, workflowService }) => {
      seen.add(connection);
      await workflowService.describeNamespace({ namespace });
    });
  await ask();
  const over = Promise.withResolvers<never>();
  const unanswered = Promise.allSettled([temporal.call(5_000, () => over.promise)]);
  await sleep(2_000);
  await ask();
  over.reject(dropped);
  expect(await unanswered).toMatchObject([{ reason: unavailable }]);
  await ask();
  expect(seen.size).toBe(1);
});

test('a process whose namespace Temporal does not know is not ready', async () => {
  const temporal = open(address);
  const stranger = connectTemporal({ address, namespace: 'no-such-namespace' });
  closing.push(stranger.close);
  await expect(stranger.check()).rejects.toMatchObject(unavailable);
  await expect(temporal.check()).resolves.toBeUndefined();
});

test('search attributes that the namespace does not know are registered, by any number of processes at once', async () => {
  const searchAttributes = { RegisteredByTest: 'INT' } as const;
  const processes = [1, 2, 3].map(() => connectTemporal({ address, namespace, searchAttributes }));
  closing.push(...processes.map(({ close }) => close));
  await Promise.all(processes.map((process) => process.check()));
  const known = await open(address).call(5_000, ({ connection }) =>
    connection.operatorService.listSearchAttributes({ namespace }),
  );
  expect(known.customAttributes).toMatchObject({ RegisteredByTest: 3 });
});
