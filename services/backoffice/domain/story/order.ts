import { formatMoney } from '../../../../proto/money.ts';
import type { Facts, OrderFacts, TimelineEntry } from '../facts.ts';

const kinds = {
  PENDING: 'order.accepted',
  COMPLETED: 'order.completed',
  FAILED: 'order.failed',
  CANCELLED: 'order.cancelled',
} as const;

/** Every status that the order has had, and a refund that is still wished for. */
export function orderEntries({ order, now }: Facts): readonly TimelineEntry[] {
  if (order === undefined) return [];
  const { orderId, userId } = order;
  const changes = order.changes.map(({ status, time, cause }): TimelineEntry => {
    const fields = { order_id: orderId, user_id: userId, cause };
    return { time, part: 'order', kind: kinds[status], text: textOf(order, status, cause), fields };
  });
  if (order.nextRefundTime === undefined || order.status !== 'COMPLETED') return changes;
  const text = `a refund is asked for and not done; it is asked for again at ${order.nextRefundTime.toISOString()}`;
  return [...changes, { time: now, part: 'order', kind: 'refund.waiting', text, fields: { order_id: orderId } }];
}

function textOf(order: OrderFacts, status: OrderFacts['status'], cause: string): string {
  switch (status) {
    case 'PENDING':
      return `the order was accepted: ${piecesOf(order)} for ${formatMoney(order.total)}`;
    case 'COMPLETED':
      return 'the order was completed: it is paid, and its goods are sold';
    case 'FAILED':
      return `the order failed: ${failureOf(order, cause)}`;
    case 'CANCELLED':
      return `the order was ${cancelledOf(order, cause)}`;
  }
}

/** For example "the wallet has too little money (INSUFFICIENT_FUNDS)". */
export function failureOf({ failure }: OrderFacts, cause: string): string {
  if (failure === undefined || failure.message === '') return failure?.reason ?? cause;
  return `${failure.message} (${failure.reason})`;
}

/** For example "refunded (cancelled by the buyer)", or "refunded by support: a broken lamp". */
export function cancelledOf(order: OrderFacts, cause: string): string {
  if (!wasCompleted(order)) return `cancelled (${cause})`;
  return cause.startsWith('refunded by ') ? cause : `refunded (${cause})`;
}

function wasCompleted({ changes }: OrderFacts): boolean {
  return changes.some(({ status }) => status === 'COMPLETED');
}

const mostNamed = 3;

/** For example "1 × Lamp, 2 × Bulb". */
export function piecesOf({ items }: Pick<OrderFacts, 'items'>): string {
  const named = items.slice(0, mostNamed).map(({ quantity, name }) => `${quantity} × ${name}`);
  const others = items.length - named.length;
  return others === 0
    ? named.join(', ')
    : `${named.join(', ')} and ${others === 1 ? '1 other product' : `${others} other products`}`;
}
