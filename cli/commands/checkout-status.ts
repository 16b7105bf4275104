import type { WorkflowExecutionDescription } from '@temporalio/client';
import { checkoutWorkflowId } from '../../workflows/contract/checkout.ts';
import type { MaybeAccount } from '../account.ts';
import type { Context } from '../context.ts';
import { money, orderStatus } from '../format.ts';
import { printOne } from '../output.ts';
import { readOrder } from '../read-order.ts';

const timeoutMs = 10_000;

/**
 * Shows the checkout of an order: the status of the order, the state of the workflow, and the steps that it retries.
 */
export async function checkoutStatus(context: Context, orderId: string, account: MaybeAccount): Promise<void> {
  const workflowId = checkoutWorkflowId(orderId);
  const temporal = await context.temporal();
  const [{ order }, description] = await Promise.all([
    readOrder(context, orderId, account),
    temporal.call(timeoutMs, (client) => client.workflow.getHandle(workflowId).describe()).catch(notFound),
  ]);
  printOne(
    {
      orderId,
      order: orderStatus(order.status, context),
      reason: order.failure?.reason,
      message: order.failure?.message,
      total: money(order.total),
      saga: description?.status.name ?? 'NOT STARTED',
      started: description?.startTime.toISOString(),
      ended: description?.closeTime?.toISOString(),
      events: description?.historyLength,
      waitingFor: description && pendingSteps(description),
      workflow:
        description === undefined
          ? await context.lastRunUrl(workflowId)
          : context.workflowUrl(workflowId, description.runId),
    },
    context.json,
  );
}

/** The steps that are running or retried, with their last error. Temporal's UI shows them as pending activities. */
function pendingSteps({ raw }: WorkflowExecutionDescription): string {
  return (raw.pendingActivities ?? [])
    .map((step) => `${step.activityType?.name} (attempt ${step.attempt}): ${step.lastFailure?.message ?? 'running'}`)
    .join('; ');
}

function notFound(error: unknown): undefined {
  if (error instanceof Error && error.name === 'WorkflowNotFoundError') return undefined;
  throw error;
}
