import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/client';
import { cancelUpdateName, checkoutWorkflow, checkoutWorkflowId, refundWorkflow } from '../contract/checkout.ts';
import type { CancelOutcome, RefundResult } from '../contract/checkout.ts';
import { failedPrecondition } from '../../platform/errors/app-error.ts';
import type { Temporal } from '../../platform/temporal/connection.ts';
import { stillUnderWay } from '../../platform/temporal/errors.ts';
import type { PlacedOrder } from '../../proto/placed-order.ts';
import { defaultCheckoutSettings, type CheckoutSettings } from './settings.ts';
import { checkoutStart, refundStart } from './start-options.ts';

const shortMs = 3_000;
/** A cancel is taken in between two tasks of the workflow, of which one may last as long as a local step. */
const acceptMs = 5_000;
/** Under the 10 s within which every method answers. */
const longMs = 9_000;

/** For workflows that may be run again under their id, and are joined while they run. */
const mayRunAgain = { workflowIdReusePolicy: 'ALLOW_DUPLICATE', workflowIdConflictPolicy: 'USE_EXISTING' } as const;
/** Failing, rather than joining, tells a repeat from a first start; both leave the running workflow alone. */
const startedOnce = { workflowIdReusePolicy: 'REJECT_DUPLICATE', workflowIdConflictPolicy: 'FAIL' } as const;

/** The durable workflows of orders. Every method answers or throws AppError within 10 s and may be repeated. */
export interface CheckoutWorkflows {
  /** Starts `checkout-<orderId>`; `exists` if it was started before, whether it still runs or not. */
  readonly start: (order: PlacedOrder) => Promise<'started' | 'exists'>;
  /** Starts the closed or unknown workflow again in mode `settle`; one that is open is left alone. */
  readonly settle: (order: PlacedOrder) => Promise<void>;
  /** Whether the checkout runs; false if it is closed or unknown. */
  readonly isOpen: (orderId: string) => Promise<boolean>;
  /** CANCELLED once all is undone and the order says so; NOT_CANCELLABLE once it is certain that it won't be. */
  readonly cancel: (order: PlacedOrder, cause: string) => Promise<CancelOutcome>;
  /** Refunds, restocks and cancels a COMPLETED order, and waits for it. ORDER_NOT_CANCELLABLE if it isn't COMPLETED. */
  readonly refund: (order: PlacedOrder, cause: string) => Promise<void>;
  /** Answers if Temporal does and knows the search attributes. */
  readonly check: () => Promise<void>;
}

/** What the order and checkout services have as their ports to the workflows. What is left out of `settings` is as in `defaultCheckoutSettings`. */
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

    cancel: (order, cause) => cancel(temporal, all, order, cause),
    refund: (order, cause) => refund(temporal, all, order, cause),
    check: () => temporal.check(),
  };
}

/** If the cancel is what starts the workflow, it starts in mode `settle`: it must not begin what it is to undo. */
async function cancel(
  temporal: Temporal,
  settings: CheckoutSettings,
  order: PlacedOrder,
  cause: string,
): Promise<CancelOutcome> {
  const deadline = Date.now() + longMs;
  const how = { mode: 'settle', cancelCause: cause } as const;
  const startWorkflowOperation = new WithStartWorkflowOperation(checkoutWorkflow, {
    ...checkoutStart(order, settings, how),
    ...mayRunAgain,
  });
  const args: [string] = [cause];
  const options = { args, startWorkflowOperation, waitForStage: 'ACCEPTED' } as const;
  const update = await temporal.call(acceptMs, (client) =>
    client.workflow.startUpdateWithStart<Workflow, CancelOutcome, [string]>(cancelUpdateName, options),
  );
  try {
    // By whatever connection there is by now, not by the one that the update was sent by.
    return await temporal.call(deadline - Date.now(), ({ workflow }) =>
      workflow.getHandle(update.workflowId).getUpdateHandle<CancelOutcome>(update.updateId).result(),
    );
  } catch (error) {
    throw stillUnderWay('CANCELLATION_PENDING', 'the cancellation has not come to its end yet, ask again', error);
  }
}

async function refund(
  temporal: Temporal,
  settings: CheckoutSettings,
  order: PlacedOrder,
  cause: string,
): Promise<void> {
  const deadline = Date.now() + longMs;
  const options = { ...refundStart(order, settings, cause), ...mayRunAgain };
  const { workflowId } = await temporal.call(shortMs, (client) => client.workflow.start(refundWorkflow, options));
  let result: RefundResult;
  try {
    result = await temporal.call(deadline - Date.now(), ({ workflow }) => workflow.result(workflowId));
  } catch (error) {
    throw stillUnderWay('REFUND_PENDING', 'the refund has not come to its end yet, ask again', error);
  }
  if (result.outcome === 'NOT_REFUNDABLE') {
    throw failedPrecondition('ORDER_NOT_CANCELLABLE', 'only a completed order can be refunded');
  }
}
