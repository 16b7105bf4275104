import { WorkflowNotFoundError } from '@temporalio/client';
import { checkoutWorkflowId, progressQueryName, type CheckoutProgress } from '../contract/checkout.ts';
import type { Temporal } from '../../platform/temporal/connection.ts';

/** Less than the time after which a connection counts as silent: a query waits for a worker, not for Temporal. */
export const queryMs = 1_200;

/**
 * What a checkout tells of its steps, also after its end; undefined if Temporal does not know its workflow, because it is
 * not started or no longer kept. @throws AppError `unavailable` if Temporal or the worker does not answer
 */
export async function readProgress(temporal: Temporal, orderId: string): Promise<CheckoutProgress | undefined> {
  try {
    return await temporal.call(queryMs, (client) =>
      client.workflow.getHandle(checkoutWorkflowId(orderId)).query<CheckoutProgress>(progressQueryName),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
