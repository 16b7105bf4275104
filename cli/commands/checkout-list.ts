import type { WorkflowExecutionInfo } from '@temporalio/client';
import { checkoutWorkflow, searchAttributes } from '../../workflows/contract/checkout.ts';
import type { Context } from '../context.ts';
import { warnOfMore } from '../more.ts';
import { printMany } from '../output.ts';
import type { Row } from '../table.ts';

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
  const temporal = await context.temporal();
  const executions = await temporal.call(timeoutMs, async (client) => {
    const found: WorkflowExecutionInfo[] = [];
    for await (const execution of client.workflow.list({ query: queryOf(options) })) {
      found.push(execution);
      if (found.length > options.limit) break;
    }
    return found;
  });
  printMany(
    executions.slice(0, options.limit).map((execution) => toRow(context, execution)),
    context.json,
    { jsonOnly: ['workflow'], whole: ['orderId'] },
  );
  if (executions.length > options.limit)
    warnOfMore(context, `there is more than these ${options.limit}: raise --limit, or choose with --status or --user`);
}

function toRow(context: Context, execution: WorkflowExecutionInfo): Row {
  return {
    orderId: execution.workflowId.replace(/^checkout-/, ''),
    status: statusOf(execution),
    started: execution.startTime.toISOString(),
    ended: execution.closeTime?.toISOString() ?? '',
    workflow: context.workflowUrl(execution.workflowId, execution.runId),
  };
}

/** The workflow's own word, unless it was ended before it could say more than RUNNING, for example TERMINATED. */
function statusOf({ searchAttributes: found, status }: WorkflowExecutionInfo): string {
  const told = String(found[searchAttributes.status]?.[0] ?? status.name);
  return told === 'RUNNING' ? status.name : told;
}

function queryOf({ status, user }: ListOptions): string {
  const terms = [`WorkflowType = '${checkoutWorkflow}'`];
  if (status !== undefined) terms.push(`${searchAttributes.status} = '${status}'`);
  // A terminated workflow keeps the status RUNNING for ever.
  if (status === 'RUNNING') terms.push(`ExecutionStatus = 'Running'`);
  if (user !== undefined) terms.push(`${searchAttributes.userId} = '${user}'`);
  return terms.join(' AND ');
}
