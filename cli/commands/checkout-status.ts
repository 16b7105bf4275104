import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { checkoutWorkflowId } from '../../workflows/contract/checkout.ts';
import type { MaybeAccount } from '../account.ts';
import type { Context } from '../context.ts';
import { CliError } from '../exit.ts';
import { failureOf, tellFailure } from '../failure.ts';
import { money, orderStatus } from '../format.ts';
import { printOne } from '../output.ts';
import { readOrder } from '../read-order.ts';

const timeoutMs = 10_000;

/**
 * Shows the checkout of an order: the status of the order, the state of the workflow, and the steps that it retries.
 * While Temporal is away it shows the order, and the exit code is 4.
 */
export async function checkoutStatus(context: Context, orderId: string, account: MaybeAccount): Promise<void> {
  const workflowId = checkoutWorkflowId(orderId);
  const [{ order }, { description, missing }] = await Promise.all([
    readOrder(context, orderId, account),
    describe(context, workflowId),
  ]);
  printOne(
    {
      orderId,
      order: orderStatus(order.status, context),
      reason: order.failure?.reason,
      message: order.failure?.message,
      total: money(order.total),
      saga: missing === undefined ? (description?.status.name ?? 'NOT STARTED') : undefined,
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
  if (missing !== undefined) tellFailure(missing, context.json);
}

interface Described {
  /** Undefined if Temporal knows no such workflow, or does not answer. */
  readonly description?: WorkflowExecutionDescription | undefined;
  /** What is told after the order, which is known all the same. */
  readonly missing?: CliError;
}

async function describe(context: Context, workflowId: string): Promise<Described> {
  try {
    const temporal = await context.temporal();
    const handle = (client: Client) => client.workflow.getHandle(workflowId).describe();
    return { description: await temporal.call(timeoutMs, handle).catch(notFound) };
  } catch (error) {
    const { failure, exitCode } = failureOf(error);
    const hint = 'the order is known, its workflow and the steps that it retries are not';
    return { missing: new CliError(failure.reason, exitCode, `${failure.message}; ${hint}`, error) };
  }
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
