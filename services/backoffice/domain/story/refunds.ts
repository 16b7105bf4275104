import type { Facts, TimelineEntry } from '../facts.ts';

/** When staff asked for a refund. Until it is done, nothing else may tell so: the workflow starts when Temporal answers. */
export function refundEntries({ refundsAsked = [] }: Facts): readonly TimelineEntry[] {
  return refundsAsked.map(({ createdAt, actorRole, reason, entryId, orderId }) => {
    const text = `a refund was asked for by ${actorRole === 'admin' ? 'an administrator' : 'support'}: ${reason}`;
    return {
      time: createdAt,
      ...{ part: 'order', kind: 'refund.requested', text, fields: { order_id: orderId, entry_id: entryId } },
    };
  });
}
