import { randomUUID } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import { NativeConnection, Worker } from '@temporalio/worker';
import { Client } from '@temporalio/client';
import type { WorkflowHandle, WorkflowStartOptions } from '@temporalio/client';
import pino from 'pino';
import { loadWorkflowBundle } from '../bundle.ts';
import { installRuntime } from '../../platform/temporal/sdk-runtime.ts';
import { temporalAddress } from '../../platform/testing/temporal.ts';
import {
  cancelUpdateName,
  checkoutWorkflow,
  checkoutWorkflowId,
  refundWorkflow,
  refundWorkflowId,
} from '../contract/checkout.ts';
import type {
  CancelOutcome,
  CheckoutInput,
  CheckoutResult,
  RefundInput,
  RefundResult,
  StepPolicy,
} from '../contract/checkout.ts';
import { createShop, createShopActivities } from './shop.ts';
import { auditWorkflow } from '../contract/audit.ts';
import type { AuditSummary, MaintenanceActivities } from '../contract/audit.ts';
import type { Faults, Shop } from './shop.ts';

export type Checkout = (input: CheckoutInput) => Promise<CheckoutResult>;
export type CheckoutHandle = WorkflowHandle<Checkout>;
type AuditHandle = WorkflowHandle<() => Promise<AuditSummary>>;
type RefundHandle = WorkflowHandle<(input: RefundInput) => Promise<RefundResult>>;

/** Hardly any pause between two attempts, so that tests are fast. */
const hasty: Partial<StepPolicy> = {
  initialIntervalMs: 10,
  maximumIntervalMs: 20,
  lastingMaximumIntervalMs: 20,
  giveUpAfterMs: 10_000,
};

export interface Order {
  readonly orderId: string;
  readonly shop: Shop;
  /** How `start` starts the checkout. */
  readonly options: (
    changes?: Partial<CheckoutInput>,
  ) => WorkflowStartOptions<Checkout> & { workflowIdConflictPolicy: 'FAIL' };
  readonly start: (changes?: Partial<CheckoutInput>) => Promise<CheckoutHandle>;
  readonly run: (changes?: Partial<CheckoutInput>) => Promise<CheckoutResult>;
  readonly cancel: (handle: CheckoutHandle) => Promise<CancelOutcome>;
  readonly refund: () => Promise<RefundHandle>;
}

/** A worker on a real Temporal server, with a task queue that no other test uses and with fakes of the services. */
export interface Lab {
  readonly client: Client;
  readonly taskQueue: string;
  readonly policy: Partial<StepPolicy>;
  readonly order: (faults?: Faults) => Order;
  /** Starts an audit. Its activity gives these answers, one for each attempt. */
  readonly audit: (...answers: readonly (AuditSummary | Error)[]) => Promise<AuditHandle>;
  /** Lets the worker of an idle lab take tasks. */
  readonly work: () => void;
  readonly close: () => Promise<void>;
}

/** @param isIdle if true, the worker takes no task until `work` is called */
export async function openLab(isIdle = false): Promise<Lab> {
  installRuntime(pino({ level: 'silent' }));
  const taskQueue = `test-${randomUUID()}`;
  const shops = new Map<string, Shop>();
  const shopOf = (orderId: string): Shop => {
    const shop = shops.get(orderId);
    if (shop === undefined) throw new Error(`no such order: ${orderId}`);
    return shop;
  };
  const audits = new Map<string, (AuditSummary | Error)[]>();
  const connection = await NativeConnection.connect({ address: temporalAddress });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: await loadWorkflowBundle(),
    activities: { ...createShopActivities(shopOf), ...auditActivities(audits) },
    identity: 'lab',
    maxCachedWorkflows: 100,
    shutdownGraceTime: 1_000,
    shutdownForceTime: 3_000,
  });
  let running: Promise<void> | undefined;
  const work = (): void => {
    running ??= worker.run();
  };
  if (!isIdle) work();
  const client = new Client({ connection, identity: 'lab' });

  return {
    client,
    taskQueue,
    policy: hasty,
    order(faults = {}) {
      const orderId = randomUUID();
      const shop = createShop(faults);
      shops.set(orderId, shop);
      return orderIn({ client, taskQueue }, orderId, shop);
    },
    audit(...answers) {
      const workflowId = `audit-${randomUUID()}`;
      audits.set(workflowId, [...answers]);
      return client.workflow.start<() => Promise<AuditSummary>>(auditWorkflow, { workflowId, taskQueue, args: [] });
    },
    work,
    async close() {
      work();
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}

function auditActivities(audits: ReadonlyMap<string, (AuditSummary | Error)[]>): MaintenanceActivities {
  return {
    auditBooks: async () => {
      const answer = audits.get(activityInfo().workflowExecution?.workflowId ?? '')?.shift();
      if (answer === undefined) throw new Error('the test gave no answer for this attempt of the audit');
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

function orderIn({ client, taskQueue }: Pick<Lab, 'client' | 'taskQueue'>, orderId: string, shop: Shop): Order {
  const options: Order['options'] = (changes = {}) => ({
    workflowId: checkoutWorkflowId(orderId),
    taskQueue,
    args: [{ ...inputOf(orderId), ...changes }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'FAIL',
  });
  const start: Order['start'] = (changes) => client.workflow.start<Checkout>(checkoutWorkflow, options(changes));
  return {
    orderId,
    shop,
    options,
    start,
    run: async (changes) => (await start(changes)).result(),
    cancel: (handle) =>
      handle.executeUpdate<CancelOutcome, [string]>(cancelUpdateName, { args: ['cancelled by the buyer'] }),
    refund: () =>
      client.workflow.start<(input: RefundInput) => Promise<RefundResult>>(refundWorkflow, {
        workflowId: refundWorkflowId(orderId),
        taskQueue,
        args: [{ orderId, cause: 'cancelled by the buyer', policy: hasty }],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      }),
  };
}

function inputOf(orderId: string): CheckoutInput {
  const price = { currencyCode: 'USD', minorUnits: '1999' };
  return {
    orderId,
    userId: randomUUID(),
    cartVersion: '7',
    lines: [{ productId: randomUUID(), quantity: 1, unitPrice: price }],
    total: price,
    mode: 'run',
    activityMode: 'grouped',
    ttlSeconds: 900,
    captureWindowSeconds: 600,
    policy: hasty,
  };
}
