import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkoutWorkflowId, refundWorkflowId } from '../contract/checkout.ts';
import { barrier, down } from '../testing/faults.ts';
import { openClientLab } from '../testing/client-lab.ts';
import type { ClientLab } from '../testing/client-lab.ts';
import { eventually } from '../../platform/testing/eventually.ts';
import { connectTemporal } from '../../platform/temporal/connection.ts';
import { describeWorkflows } from './describe.ts';

let opened: ClientLab;
beforeAll(async () => {
  opened = await openClientLab();
}, 60_000);
afterAll(() => opened.close());

const end = (workflowId: string) => opened.lab.client.workflow.getHandle(workflowId).result();

test('an order without a refund has one workflow, and one that Temporal does not know has none', async () => {
  const { row } = opened.accepted();
  expect(await describeWorkflows(opened.temporal, row.orderId)).toEqual([]);
  await opened.workflows.start(row);
  await end(checkoutWorkflowId(row.orderId));
  // Several times, because its parts are asked at once.
  for (const _ of Array.from({ length: 5 })) {
    expect(await describeWorkflows(opened.temporal, row.orderId)).toMatchObject([
      { workflowId: checkoutWorkflowId(row.orderId), status: 'COMPLETED', stage: '', pending: [], cancels: [] },
    ]);
  }
});

test('a step that is retried: its service, its attempts and its last reason, and the stage', async () => {
  const { row } = opened.accepted({ commitStock: { always: down } });
  await opened.workflows.start(row);
  const [found] = await eventually(
    'the third attempt',
    () => describeWorkflows(opened.temporal, row.orderId),
    ([record]) => (record?.pending[0]?.attempt ?? 0) >= 3,
  );
  expect(found).toMatchObject({
    status: 'RUNNING',
    stage: 'Stage 3 of 3: commit stock, complete the order',
    pending: [{ step: 'commitStock', service: 'products', lastReason: 'UNAVAILABLE' }],
  });
  await opened.lab.client.workflow.getHandle(checkoutWorkflowId(row.orderId)).terminate('the test is over');
});

test('a cancel: when and why; and a refund beside its checkout', async () => {
  const stop = barrier(down);
  const cancelled = opened.accepted({ holdFunds: [down, stop.fault, down] }).row;
  await opened.workflows.start(cancelled);
  await stop.reached;
  const answer = opened.workflows.cancel(cancelled, 'cancelled by the buyer');
  stop.open();
  await answer;
  const [checkout] = await describeWorkflows(opened.temporal, cancelled.orderId);
  expect(checkout?.cancels).toEqual([{ time: expect.any(Date), cause: 'cancelled by the buyer' }]);

  const { row } = opened.accepted();
  await opened.workflows.start(row);
  await end(checkoutWorkflowId(row.orderId));
  await opened.workflows.refund(row, 'arrived broken');
  const both = await describeWorkflows(opened.temporal, row.orderId);
  expect(both.map(({ workflowId }) => workflowId)).toEqual([
    checkoutWorkflowId(row.orderId),
    refundWorkflowId(row.orderId),
  ]);
});

test('a Temporal that does not answer is told as that', async () => {
  const away = connectTemporal({ address: '127.0.0.1:9', namespace: 'default' });
  await expect(describeWorkflows(away, opened.accepted().row.orderId)).rejects.toMatchObject({
    reason: 'TEMPORAL_UNAVAILABLE',
  });
  await away.close();
});
