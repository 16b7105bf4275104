import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  AuditEntrySchema,
  AuditOutcome,
  type AuditEntry as AuditEntryMessage,
} from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import type { TrailEntry } from '../domain/list-trail.ts';
import type { RecordedOperation } from '../domain/operation.ts';
import type { Entry, Outcome } from '../domain/types.ts';

const outcomeMessages: Readonly<Record<Outcome, AuditOutcome>> = {
  OPEN: AuditOutcome.OPEN,
  DONE: AuditOutcome.DONE,
  REFUSED: AuditOutcome.REFUSED,
};

/** What the change is about, beside its user. */
function detailOf(entry: Entry) {
  if ('role' in entry) return { role: entry.role };
  return 'orderId' in entry ? { orderId: entry.orderId } : { amount: entry.amount };
}

export function trailEntryToMessage(entry: TrailEntry): AuditEntryMessage {
  return 'actorName' in entry ? operationToMessage(entry) : changeToMessage(entry);
}

function operationToMessage(operation: RecordedOperation): AuditEntryMessage {
  const { entryId, createdAt, actorName, action, subject, reason, outcome, detail } = operation;
  return create(AuditEntrySchema, {
    ...{ entryId, createTime: timestampFromDate(createdAt), actorName, action, subject, reason, detail },
    actorId: operation.actorId ?? '',
    actorRole: operation.actorRole ?? '',
    clientNetwork: operation.clientNetwork ?? '',
    userAgent: operation.userAgent ?? '',
    requestId: operation.requestId ?? '',
    userId: operation.userId ?? '',
    outcome: outcomeMessages[outcome],
    refusal: operation.refusal ?? '',
  });
}

function changeToMessage(entry: Entry): AuditEntryMessage {
  const { entryId, createdAt, actorId, action, userId, reason, requestId, outcome, refusal } = entry;
  return create(AuditEntrySchema, {
    ...{ entryId, createTime: timestampFromDate(createdAt), actorId, action, userId, reason, requestId },
    ...detailOf(entry),
    actorRole: entry.actorRole ?? '',
    clientNetwork: entry.clientNetwork ?? '',
    userAgent: entry.userAgent ?? '',
    outcome: outcomeMessages[outcome],
    refusal: refusal?.reason ?? '',
  });
}
