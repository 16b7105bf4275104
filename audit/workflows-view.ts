import { WorkflowNotFoundError } from '@temporalio/client';
import type { Temporal } from '../platform/temporal/connection.ts';
import { checkoutWorkflow, checkoutWorkflowId, refundWorkflow } from '../workflows/contract/checkout.ts';
import type { OpenWorkflow, WorkflowsView } from './workflow-checks.ts';

const askMs = 10_000;
const pageSize = 500;
const orderOf = /^(checkout|refund)-([0-9a-f-]{36})$/;

/**
 * Answers the questions of the audit from Temporal. Its functions reject with AppError `unavailable` without an answer.
 */
export function createWorkflowsView(temporal: Temporal): WorkflowsView {
  return {
    async checkout(orderId) {
      try {
        const { closeTime, status } = await temporal.call(askMs, (client) =>
          client.workflow.getHandle(checkoutWorkflowId(orderId)).describe(),
        );
        return closeTime === undefined || status.name === 'RUNNING' ? 'open' : { closedAt: closeTime };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'unknown';
        throw error;
      }
    },

    async *openFor(seconds) {
      const before = new Date(Date.now() - 1000 * seconds).toISOString();
      const query = `WorkflowType IN ('${checkoutWorkflow}', '${refundWorkflow}') AND ExecutionStatus = 'Running' AND StartTime < '${before}'`;
      const open = await temporal.call(6 * askMs, async (client) => {
        const found: OpenWorkflow[] = [];
        for await (const execution of client.workflow.list({ query, pageSize })) {
          const [, type, orderId] = orderOf.exec(execution.workflowId) ?? [];
          if (orderId === undefined || (type !== 'checkout' && type !== 'refund')) continue;
          found.push({ orderId, type, startedAt: execution.startTime });
        }
        return found;
      });
      for (let at = 0; at < open.length; at += pageSize) yield open.slice(at, at + pageSize);
    },
  };
}
