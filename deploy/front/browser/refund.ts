/** Support gives the money of an order back to its buyer. */
import { formatMoney } from '../../../proto/money.ts';
import type { ExplainOrderResponse } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { act } from './act.ts';
import { admin } from './api.ts';
import { find } from './dom.ts';
import { untilDone } from './repeat.ts';
import { newRequestId } from './request-id.ts';

export type Refundable = Pick<ExplainOrderResponse, 'orderId' | 'order' | 'userId'>;

const form = find('refund', HTMLFormElement);
const button = find('refund-order', HTMLButtonElement);

interface RefundView {
  /** The order that is open. */
  readonly openId: () => string | undefined;
  /** Called after a try, whether it was refunded or not. */
  readonly onDone: (orderId: string) => void;
}

/** Names the buyer and the money before they move. */
async function questionOf(orderId: string): Promise<string> {
  const { order } = await admin.getOrder({ orderId });
  const { user } = await admin.getUser({ userId: order?.userId ?? '' });
  const money = order?.total === undefined ? 'the money' : formatMoney(order.total);
  return `Give ${money} back to ${user?.email}, and put the goods back into stock?`;
}

export function offerRefund({ openId, onDone }: RefundView): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const orderId = openId();
    if (orderId === undefined) return;
    const reason = String(new FormData(form).get('reason'));
    const refund = { orderId, reason, requestId: newRequestId() };
    button.disabled = true;
    act(async () => {
      try {
        if (!confirm(await questionOf(orderId))) return;
        await untilDone(() => admin.refundOrder(refund));
        form.reset();
      } finally {
        button.disabled = false;
        if (openId() === orderId) onDone(orderId);
      }
    });
  });
}
