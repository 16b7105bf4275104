import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { Registry } from 'prom-client';
import { afterEach, expect, test, vi } from 'vitest';
import { createAuditActivities } from '../../audit/activities.ts';
import type { Finding } from '../../audit/finding.ts';
import { createShop, createShopActivities } from '../../workflows/testing/shop.ts';
import type { AuditSummary } from '../../workflows/contract/audit.ts';
import { connectTemporal, type Temporal } from '../../platform/temporal/connection.ts';
import { buildWorker } from './app.ts';
import { auditScheduleId, ensureAuditSchedule } from '../../audit/schedule.ts';
import { readWorkerConfig } from './config.ts';
import { startWithUpkeep } from '../../platform/testing/start.ts';
import { temporalAddress as address } from '../../platform/testing/temporal.ts';

const logger = pino({ level: 'silent' });
const patience = { timeout: 30_000, interval: 100 };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function open() {
  const taskQueue = `test-${randomUUID()}`;
  const temporal = connectTemporal({ address, namespace: 'default' });
  const remove = () => temporal.call(5_000, (client) => ensureAuditSchedule(client, { taskQueue, everySeconds: 0 }));
  closing.push(() => temporal.close(), remove);
  return { taskQueue, temporal, scheduleId: auditScheduleId(taskQueue) };
}

const describe = (temporal: Temporal, scheduleId: string) =>
  temporal.call(5_000, (client) => client.schedule.getHandle(scheduleId).describe());

const broken: Finding = {
  id: 'ledger',
  name: 'the ledger balances',
  kind: 'violation',
  count: 2,
  rows: [{ sum: '1' }],
};
const late: Finding = { id: 'slow', name: 'nothing is slow', kind: 'late', count: 1, rows: [{ order_id: 'o' }] };
const sound: Finding = { id: 'stock', name: 'stock adds up', kind: 'violation', count: 0, rows: [] };

test('a worker starts an audit at once; workflow and metrics show its findings', async () => {
  const { taskQueue, temporal, scheduleId } = open();
  const registry = new Registry();
  let attempts = 0;
  const audit = async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('the database is away');
    return [broken, late, sound];
  };
  const auditing = createAuditActivities({ audit, logger, registry });
  // Rules go by the duration of the latest audit. A 0 of a worker that has run none would hide it.
  expect(await registry.metrics()).not.toMatch(/^audit_duration_seconds /m);
  const worker = buildWorker({
    logger,
    temporal,
    activities: { ...createShopActivities(() => createShop({})), ...auditing },
    config: { ...readWorkerConfig({}), taskQueue, shutdownGraceSeconds: 1 },
    auditEverySeconds: 3600,
  });
  closing.push(async () => worker.stop?.());
  await startWithUpkeep(worker);
  const workflowId = await vi.waitFor(async () => {
    const [action] = (await describe(temporal, scheduleId)).info.recentActions;
    expect(action?.action.type).toBe('startWorkflow');
    return action?.action.workflow.workflowId ?? '';
  }, patience);
  expect(workflowId).toMatch(new RegExp(`^${scheduleId}-\\d{4}-\\d{2}-\\d{2}T`));
  const summary = await temporal.call(25_000, (client) => client.workflow.getHandle(workflowId).result());
  expect(summary as AuditSummary).toEqual({
    checked: 2,
    broken: [{ id: 'ledger', name: 'the ledger balances', count: 2, example: '{"sum":"1"}' }],
    late: [{ id: 'slow', name: 'nothing is slow', count: 1, example: '{"order_id":"o"}' }],
    seconds: expect.any(Number),
  });
  const text = await registry.metrics();
  expect(text).toContain('audit_violations{invariant="ledger"} 2');
  expect(text).toContain('audit_violations{invariant="stock"} 0');
  expect(text).toContain('audit_late{check="slow"} 1');
  expect(text).toContain('audit_failures_total 1');
  expect(text).toMatch(/audit_last_run_timestamp_seconds 1\d{9}/);
  expect(text).toMatch(/^audit_duration_seconds \d/m);
}, 60_000);

test('many workers at once create one schedule, which follows the setting and stays paused', async () => {
  const { taskQueue, temporal, scheduleId } = open();
  const ensure = (everySeconds: number) =>
    temporal.call(10_000, (client) => ensureAuditSchedule(client, { taskQueue, everySeconds }));
  await Promise.all([ensure(3600), ensure(3600), ensure(3600)]);
  expect((await describe(temporal, scheduleId)).spec.intervals?.[0]?.every).toBe(3_600_000);
  await temporal.call(5_000, (client) => client.schedule.getHandle(scheduleId).pause('looking into it'));
  await ensure(7200);
  const { spec, state } = await describe(temporal, scheduleId);
  expect(spec.intervals?.[0]?.every).toBe(7_200_000);
  expect(state).toMatchObject({ paused: true, note: 'looking into it' });
  await ensure(0);
  await expect(describe(temporal, scheduleId)).rejects.toMatchObject({ name: 'ScheduleNotFoundError' });
  await ensure(0);
});

test('a schedule that an older worker has made gets the run timeout, so that no audit stays open for ever', async () => {
  const { taskQueue, temporal, scheduleId } = open();
  await temporal.call(10_000, (client) =>
    client.schedule.create({
      scheduleId,
      spec: { intervals: [{ every: 3_600_000 }] },
      action: { type: 'startWorkflow', workflowType: 'audit', workflowId: scheduleId, taskQueue, args: [] },
      state: { paused: true },
    }),
  );
  await temporal.call(10_000, (client) => ensureAuditSchedule(client, { taskQueue, everySeconds: 3600 }));
  const { action, state } = await describe(temporal, scheduleId);
  expect(action.workflowRunTimeout).toBe(3 * 24 * 3_600_000);
  expect(state.paused).toBe(true);
});
