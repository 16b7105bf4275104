import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/client';
import { cancelUpdateName, checkoutWorkflow, checkoutWorkflowId, refundWorkflow } from '../contract/checkout.ts';
import type { CancelOutcome, CheckoutProgress, RefundResult } from '../contract/checkout.ts';
import { failedPrecondition } from '../../platform/errors/app-error.ts';
import type { Temporal } from '../../platform/temporal/connection.ts';
import { stillUnderWay } from '../../platform/temporal/errors.ts';
import type { PlacedOrder } from '../../proto/placed-order.ts';
import type { WorkflowRecord } from '../../proto/workflow-record.ts';
import { describeWorkflows } from './describe.ts';
import { readProgress } from './progress.ts';
import { defaultCheckoutSettings, type CheckoutSettings } from './settings.ts';
import { checkoutStart, refundStart } from './start-options.ts';

const shortMs = 3_000;
/** The workflow accepts a cancel between two of its tasks, and a task may last as long as its local activities. */
const acceptMs = 5_000;
/** Less than the 10 s within which every method answers. */
const longMs = 9_000;

/** A start joins the workflow that runs under the id. If that one is closed, it starts another run. */
const mayRunAgain = { workflowIdReusePolicy: 'ALLOW_DUPLICATE', workflowIdConflictPolicy: 'USE_EXISTING' } as const;
/** A second start fails and leaves the first run alone, so that the caller can tell a repeat (rule S4). */
const startedOnce = { workflowIdReusePolicy: 'REJECT_DUPLICATE', workflowIdConflictPolicy: 'FAIL' } as const;

/** The durable workflows of orders. Every method answers or throws AppError within 10 s, or `withinMs`, and may be repeated. */
export interface CheckoutWorkflows {
  /** Starts `checkout-<orderId>`; `exists` if it was started before, whether it still runs or not. */
  readonly start: (order: PlacedOrder) => Promise<'started' | 'exists'>;
  /** Starts a closed or unknown workflow in mode `settle` (rule S28). An open workflow is left alone. */
  readonly settle: (order: PlacedOrder) => Promise<void>;
  /** Whether the workflow runs; false if it is closed or unknown. */
  readonly isOpen: (orderId: string) => Promise<boolean>;
  /** CANCELLED when all is undone and the order is CANCELLED; NOT_CANCELLABLE when that can no longer happen. */
  readonly cancel: (order: PlacedOrder, cause: string, withinMs?: number) => Promise<CancelOutcome>;
  /**
   * Refunds, restocks and cancels a COMPLETED order, and waits for that.
   * @throws ORDER_NOT_CANCELLABLE for any other
   */
  readonly refund: (order: PlacedOrder, cause: string, withinMs?: number) => Promise<void>;
  /** The last runs of the order's checkout and refund. A workflow that Temporal does not know is left out. */
  readonly describe: (orderId: string) => Promise<readonly WorkflowRecord[]>;
  /** How far the order's checkout is, asked of a worker; undefined if Temporal does not know the workflow. */
  readonly progress: (orderId: string) => Promise<CheckoutProgress | undefined>;
  /** Resolves if Temporal answers and has the search attributes. @throws AppError otherwise */
  readonly check: () => Promise<void>;
}

/** Implements the workflow ports of the order and checkout services. @param settings over `defaultCheckoutSettings` */
export function createCheckoutWorkflows(
  temporal: Temporal,
  settings: Partial<CheckoutSettings> = {},
): CheckoutWorkflows {
  const all = { ...defaultCheckoutSettings, ...settings };
  return {
    async start(order) {
      const options = { ...checkoutStart(order, all, { mode: 'run' }), ...startedOnce };
      try {
        await temporal.callByWorker(shortMs, (client, requestEagerStart) =>
          client.workflow.start(checkoutWorkflow, { ...options, requestEagerStart }),
        );
        return 'started';
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'exists';
        throw error;
      }
    },

    async settle(order) {
      const options = { ...checkoutStart(order, all, { mode: 'settle' }), ...mayRunAgain };
      await temporal.call(shortMs, (client) => client.workflow.start(checkoutWorkflow, options));
    },

    async isOpen(orderId) {
      const id = checkoutWorkflowId(orderId);
      try {
        const { status } = await temporal.call(shortMs, (client) => client.workflow.getHandle(id).describe());
        return status.name === 'RUNNING' || status.name === 'PAUSED';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },

    cancel: (order, cause, withinMs = longMs) => cancel(temporal, all, { order, cause, withinMs }),
    refund: (order, cause, withinMs = longMs) => refund(temporal, all, { order, cause, withinMs }),
    describe: (orderId) => describeWorkflows(temporal, orderId),
    progress: (orderId) => readProgress(temporal, orderId),
    check: () => temporal.check(),
  };
}

/** A cancel or a refund of an order. */
interface Ending {
  readonly order: PlacedOrder;
  readonly cause: string;
  /** How long the caller waits. */
  readonly withinMs: number;
}

/**
 * If no workflow runs, the cancel starts it in mode `settle`, so that it begins nothing that it has to undo (rule S28).
 */
async function cancel(
  temporal: Temporal,
  settings: CheckoutSettings,
  { order, cause, withinMs }: Ending,
): Promise<CancelOutcome> {
  const deadline = Date.now() + Math.min(longMs, withinMs);
  const how = { mode: 'settle', cancelCause: cause } as const;
  const startWorkflowOperation = new WithStartWorkflowOperation(checkoutWorkflow, {
    ...checkoutStart(order, settings, how),
    ...mayRunAgain,
  });
  const args: [string] = [cause];
  const options = { args, startWorkflowOperation, waitForStage: 'ACCEPTED' } as const;
  const update = await temporal.call(Math.min(acceptMs, withinMs), (client) =>
    client.workflow.startUpdateWithStart<Workflow, CancelOutcome, [string]>(cancelUpdateName, options),
  );
  try {
    // This may be another connection than the one that sent the update, which may be closed by now.
    return await temporal.call(deadline - Date.now(), ({ workflow }) =>
      workflow.getHandle(update.workflowId).getUpdateHandle<CancelOutcome>(update.updateId).result(),
    );
  } catch (error) {
    throw stillUnderWay('CANCELLATION_PENDING', 'the cancellation is still under way; ask again', error);
  }
}

async function refund(
  temporal: Temporal,
  settings: CheckoutSettings,
  { order, cause, withinMs }: Ending,
): Promise<void> {
  const deadline = Date.now() + Math.min(longMs, withinMs);
  const options = { ...refundStart(order, settings, cause), ...mayRunAgain };
  const { workflowId } = await temporal.call(Math.min(shortMs, withinMs), (client) =>
    client.workflow.start(refundWorkflow, options),
  );
  let result: RefundResult;
  try {
    result = await temporal.call(deadline - Date.now(), ({ workflow }) => workflow.result(workflowId));
  } catch (error) {
    throw stillUnderWay('REFUND_PENDING', 'the refund is still under way; ask again', error);
  }
  if (result.outcome === 'NOT_REFUNDABLE') {
    throw failedPrecondition('ORDER_NOT_CANCELLABLE', 'only a completed order can be refunded');
  }
}
