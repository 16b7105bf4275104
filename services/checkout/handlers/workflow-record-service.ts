import type { ServiceImpl } from '@connectrpc/connect';
import type { WorkflowRecordService } from '../../../proto/gen/ecommerce/checkout/internal/v1/workflow_record_pb.ts';
import { workflowRecordToMessage } from '../convert/workflow-record.ts';
import type { CheckoutDeps } from '../domain/deps.ts';
import { getWorkflowRecords } from '../domain/get-workflow-records.ts';

/** What the back office reads to explain an order. */
export function workflowRecordServiceHandlers(deps: CheckoutDeps): ServiceImpl<typeof WorkflowRecordService> {
  return {
    getWorkflowRecords: async ({ orderId }) => {
      const records = await getWorkflowRecords(deps, { orderId: orderId.toLowerCase() });
      return { workflows: records.map(workflowRecordToMessage) };
    },
  };
}
