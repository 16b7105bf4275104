import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type {
  GetFundsRecordResponseSchema,
  HoldRecordSchema,
} from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_record_pb.ts';
import type { FundsRecord } from '../domain/get-funds-record.ts';
import type { HoldRecord } from '../domain/types.ts';
import { holdStateToMessage } from './hold-state.ts';
import { transactionToMessage } from './transaction.ts';

export function recordToMessage(record: FundsRecord): MessageInitShape<typeof GetFundsRecordResponseSchema> {
  const { hold, transactions } = record;
  return { ...(hold && { hold: holdToMessage(hold) }), transactions: transactions.map(transactionToMessage) };
}

function holdToMessage(hold: HoldRecord): MessageInitShape<typeof HoldRecordSchema> {
  const { state, amount, createdAt, expiresAt, endedAt } = hold;
  return {
    state: holdStateToMessage(state),
    createTime: timestampFromDate(createdAt),
    ...(amount && { amount }),
    ...(expiresAt && { expireTime: timestampFromDate(expiresAt) }),
    ...(endedAt && { endTime: timestampFromDate(endedAt) }),
  };
}
