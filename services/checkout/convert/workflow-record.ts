import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type {
  PendingStepSchema,
  WorkflowRecordSchema,
} from '../../../proto/gen/ecommerce/checkout/internal/v1/workflow_record_pb.ts';
import type { PendingStep, WorkflowRecord } from '../../../proto/workflow-record.ts';

export function workflowRecordToMessage(record: WorkflowRecord): MessageInitShape<typeof WorkflowRecordSchema> {
  const { workflowId, runId, status, startTime, closeTime, stage, pending, cancels } = record;
  return {
    ...{ workflowId, runId, status, stage },
    startTime: timestampFromDate(startTime),
    ...(closeTime && { closeTime: timestampFromDate(closeTime) }),
    pending: pending.map(pendingToMessage),
    cancels: cancels.map(({ time, cause }) => ({ time: timestampFromDate(time), cause })),
  };
}

function pendingToMessage(pending: PendingStep): MessageInitShape<typeof PendingStepSchema> {
  const { step, service, attempt, lastReason, lastMessage, nextAttemptTime } = pending;
  return {
    ...{ step, service, attempt, lastReason, lastMessage },
    ...(nextAttemptTime && { nextAttemptTime: timestampFromDate(nextAttemptTime) }),
  };
}
