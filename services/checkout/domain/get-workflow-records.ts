import type { CheckoutDeps } from './deps.ts';
import type { WorkflowRecord } from '../../../proto/workflow-record.ts';

/** What Temporal knows of an order's checkout and refund. @throws TEMPORAL_UNAVAILABLE */
export function getWorkflowRecords(
  deps: CheckoutDeps,
  input: { readonly orderId: string },
): Promise<readonly WorkflowRecord[]> {
  return deps.workflows.describe(input.orderId);
}
