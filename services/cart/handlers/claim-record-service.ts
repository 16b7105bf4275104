import type { ServiceImpl } from '@connectrpc/connect';
import type { ClaimRecordService } from '../../../proto/gen/ecommerce/cart/internal/v1/claim_record_pb.ts';
import { claimRecordToMessage, receiptToMessage } from '../convert/record.ts';
import type { CartDeps } from '../domain/deps.ts';
import { getClaimRecord } from '../domain/get-claim-record.ts';
import { listReceipts } from '../domain/list-receipts.ts';

/** What the back office reads to explain an order. */
export function claimRecordServiceHandlers(deps: CartDeps): ServiceImpl<typeof ClaimRecordService> {
  return {
    getClaimRecord: async ({ orderId }) => {
      const record = await getClaimRecord(deps, { orderId: orderId.toLowerCase() });
      return record === undefined ? {} : { claim: claimRecordToMessage(record) };
    },
    listReceipts: async ({ eventIds }) => ({
      receipts: (await listReceipts(deps, { eventIds: eventIds.map((id) => id.toLowerCase()) })).map(receiptToMessage),
    }),
  };
}
