import type { WorkflowExecutionInfo } from '@temporalio/client';
import { checkoutWorkflow, searchAttributes } from '../../workflows/contract/checkout.ts';
import type { Context } from '../context.ts';
import { printMany, type Row } from '../output.ts';

export interface ListOptions {
  /** RUNNING, COMPLETED, FAILED or CANCELLED. */
  readonly status?: string;
  /** UUID of the buyer. */
  readonly user?: string;
  readonly limit: number;
}

const timeoutMs = 10_000;

/**
 * Lists checkouts, newest first. They come from Temporal's visibility store, which keeps them only for its retention.
 */
export async function listCheckouts(context: Context, options: ListOptions): Promise<void> {
  const executions = await context.temporal().call(timeoutMs, async (client) => {
    const found: WorkflowExecutionInfo[] = [];
    for await (const execution of client.workflow.list({ query: queryOf(options) })) {
      if (found.length === options.limit) break;
      found.push(execution);
    }
    return found;
  });
  printMany(
    executions.map((execution) => toRow(context, execution)),
    context.json,
  );
}

function toRow(context: Context, execution: WorkflowExecutionInfo): Row {
  return {
    orderId: execution.workflowId.replace(/^checkout-/, ''),
    status: String(execution.searchAttributes[searchAttributes.status]?.[0] ?? execution.status.name),
    started: execution.startTime.toISOString(),
    ended: execution.closeTime?.toISOString() ?? '',
    workflow: context.workflowUrl(execution.workflowId),
  };
}

function queryOf({ status, user }: ListOptions): string {
  const terms = [`WorkflowType = '${checkoutWorkflow}'`];
  if (status !== undefined) terms.push(`${searchAttributes.status} = '${status}'`);
  if (user !== undefined) terms.push(`${searchAttributes.userId} = '${user}'`);
  return terms.join(' AND ');
}
