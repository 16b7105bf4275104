import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { CANCEL_UPDATE, CHECKOUT_WORKFLOW, checkoutWorkflowId, REFUND_WORKFLOW } from '../../../workflows/contract.ts';
import type { CancelOutcome, RefundResult } from '../../../workflows/contract.ts';
import { failedPrecondition } from '../errors/app-error.ts';
import type { Temporal } from './connection.ts';
import { stillUnderWay, temporalCall } from './errors.ts';
import { checkoutStart, DEFAULT_CHECKOUT_SETTINGS, refundStart } from './start-options.ts';
import type { CheckoutSettings, WorkflowOrder } from './start-options.ts';

const SHORT_MS = 3_000;
/** Under the 10 s within which every method answers. */
const LONG_MS = 9_000;

/** The durable workflows of orders. Every method answers or throws AppError within 10 s and may be repeated. */
export interface CheckoutWorkflows {
  /** Starts `checkout-<orderId>`; `exists` if it was started before, whether it still runs or not. */
  start(order: WorkflowOrder): Promise<'started' | 'exists'>;
  /** Starts the closed or unknown workflow again in mode `settle`; one that is open is left alone. */
  settle(order: WorkflowOrder): Promise<void>;
  /** Whether the checkout runs; false if it is closed or unknown. */
  isOpen(orderId: string): Promise<boolean>;
  /** CANCELLED once all is undone and the order says so; NOT_CANCELLABLE once it is certain that it won't be. */
  cancel(order: WorkflowOrder, cause: string): Promise<CancelOutcome>;
  /** Refunds, restocks and cancels a COMPLETED order, and waits for it. ORDER_NOT_CANCELLABLE if it isn't COMPLETED. */
  refund(order: WorkflowOrder, cause: string): Promise<void>;
  /** Answers if Temporal does and knows the search attributes. */
  check(): Promise<void>;
}

/** Both services' ports to the workflows. What is left out of `settings` is `DEFAULT_CHECKOUT_SETTINGS`. */
export function createCheckouts(temporal: Temporal, settings: Partial<CheckoutSettings> = {}): CheckoutWorkflows {
  const all = { ...DEFAULT_CHECKOUT_SETTINGS, ...settings };

  return {
    async start(order) {
      const client = temporal.client();
      const options = {
        ...checkoutStart(order, all, { mode: 'run' }),
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        // Failing, rather than joining, tells a repeat from a first start; both leave the running workflow alone.
        workflowIdConflictPolicy: 'FAIL',
        requestEagerStart: temporal.canStartEagerly(),
      } as const;
      try {
        await temporalCall(client, SHORT_MS, () => client.workflow.start(CHECKOUT_WORKFLOW, options));
        return 'started';
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'exists';
        throw error;
      }
    },

    async settle(order) {
      const client = temporal.client();
      const options = { ...checkoutStart(order, all, { mode: 'settle' }), ...AGAIN };
      await temporalCall(client, SHORT_MS, () => client.workflow.start(CHECKOUT_WORKFLOW, options));
    },

    async isOpen(orderId) {
      const client = temporal.client();
      try {
        const handle = client.workflow.getHandle(checkoutWorkflowId(orderId));
        const { status } = await temporalCall(client, SHORT_MS, () => handle.describe());
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

/** For workflows that may be run again under their id, and are joined while they run. */
const AGAIN = { workflowIdReusePolicy: 'ALLOW_DUPLICATE', workflowIdConflictPolicy: 'USE_EXISTING' } as const;

/** If the cancel is what starts the workflow, it starts in mode `settle`: it must not begin what it is to undo. */
async function cancel(
  temporal: Temporal,
  settings: CheckoutSettings,
  order: WorkflowOrder,
  cause: string,
): Promise<CancelOutcome> {
  const client = temporal.client();
  const how = { mode: 'settle', cancelCause: cause } as const;
  const startWorkflowOperation = new WithStartWorkflowOperation(CHECKOUT_WORKFLOW, {
    ...checkoutStart(order, settings, how),
    ...AGAIN,
  });
  return await temporalCall(client, LONG_MS, async () => {
    try {
      const update = { args: [cause], startWorkflowOperation };
      const outcome: CancelOutcome = await client.workflow.executeUpdateWithStart(CANCEL_UPDATE, update);
      return outcome;
    } catch (error) {
      if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)) throw error;
      throw stillUnderWay('CANCELLATION_PENDING', 'the cancellation has not come to its end yet, ask again', error);
    }
  });
}

async function refund(
  temporal: Temporal,
  settings: CheckoutSettings,
  order: WorkflowOrder,
  cause: string,
): Promise<void> {
  const client = temporal.client();
  const options = { ...refundStart(order, settings, cause), ...AGAIN };
  const started = Date.now();
  const handle = await temporalCall(client, SHORT_MS, () => client.workflow.start(REFUND_WORKFLOW, options));
  const result: Promise<RefundResult> = temporalCall(client, LONG_MS - (Date.now() - started), () => handle.result());
  const { outcome } = await result.catch((error: unknown) => {
    throw stillUnderWay('REFUND_PENDING', 'the refund has not come to its end yet, ask again', error);
  });
  if (outcome === 'NOT_REFUNDABLE') {
    throw failedPrecondition('ORDER_NOT_CANCELLABLE', 'only a completed order can be refunded');
  }
}
