import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type {
  ClaimRecordSchema,
  ReceiptSchema,
} from '../../../proto/gen/ecommerce/cart/internal/v1/claim_record_pb.ts';
import type { ClaimRecord, Receipt } from '../domain/types.ts';
import { claimStateToMessage } from './claim-state.ts';

export function claimRecordToMessage(record: ClaimRecord): MessageInitShape<typeof ClaimRecordSchema> {
  const { state, cartVersion, createdAt, expiresAt, endedAt } = record;
  return {
    state: claimStateToMessage(state),
    cartVersion: cartVersion ?? 0n,
    createTime: timestampFromDate(createdAt),
    ...(expiresAt && { expireTime: timestampFromDate(expiresAt) }),
    ...(endedAt && { endTime: timestampFromDate(endedAt) }),
  };
}

export function receiptToMessage(receipt: Receipt): MessageInitShape<typeof ReceiptSchema> {
  const { eventId, consumer, receivedAt } = receipt;
  return { eventId, consumer, receiveTime: timestampFromDate(receivedAt) };
}
