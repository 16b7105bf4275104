import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { temporalAddress as address } from '../testing/temporal.ts';
import { connectTemporal, type Temporal } from './connection.ts';
import { createWorkerCheck } from './pollers.ts';

const namespace = 'default';
let temporal: Temporal;
beforeAll(() => {
  temporal = connectTemporal({ address, namespace });
});
afterAll(() => temporal.close());

test('the check passes while a worker asks for tasks, and fails before, and a while after it was killed', async () => {
  const name = `test-${randomUUID()}`;
  const check = createWorkerCheck(temporal, name);
  await expect(check()).rejects.toThrow('no worker asks for tasks');
  const poll = temporal.call(60_000, (client) =>
    client.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name }, identity: 'a worker' }),
  );
  const ended = poll.catch(() => undefined);
  await eventually('the worker is known', check);
  const later = createWorkerCheck(temporal, name, () => Date.now() + 90_000);
  await expect(later()).rejects.toThrow('no worker asks for tasks');
  await temporal.close();
  await ended;
});
