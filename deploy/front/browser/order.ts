/** One order: its lines, its states with their times, its steps, and how to cancel it. It follows the order while it runs. */
import { Code, ConnectError } from '@connectrpc/connect';
import { OrderStatus, type Order } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { act } from './act.ts';
import { checkouts, isSupport, orders } from './api.ts';
import { find, momentLine, pause, sumLine } from './dom.ts';
import { untilDone } from './repeat.ts';
import { newRequestId } from './request-id.ts';
import { meaningOf, nameOf, told } from './states.ts';
import { followSteps, stepsChanged, stopSteps } from './steps.ts';
import { createStoryView } from './story.ts';

const panel = find('order', HTMLElement);
const title = find('order-title', HTMLElement);
const state = find('order-state', HTMLElement);
const lines = find('order-lines', HTMLElement);
const history = find('order-history', HTMLElement);
const cancelButton = find('cancel-order', HTMLButtonElement);
const storyPanel = find('order-story', HTMLElement);
const story = createStoryView('story');

const cancelLabels: Partial<Record<OrderStatus, string>> = {
  [OrderStatus.PENDING]: 'Cancel the order',
  [OrderStatus.COMPLETED]: 'Cancel the order and refund it',
};

/** What the page shows, and what ends the following of it. */
let open: { readonly orderId: string; readonly stop: AbortController } | undefined;

export function closeOrder(): void {
  open?.stop.abort();
  open = undefined;
  stopSteps();
  story.stop();
  panel.hidden = true;
  storyPanel.hidden = true;
}

/** Reads an order and shows it, unless the page shows another one meanwhile. @returns the order */
async function show(orderId: string): Promise<Order | undefined> {
  const [{ order }, { changes }] = await Promise.all([
    orders.getOrder({ orderId }),
    orders.getOrderHistory({ orderId }),
  ]);
  if (order === undefined || open?.orderId !== orderId) return order;
  const { status, items, total } = order;
  state.textContent = told(order);
  const sums = items.map(({ quantity, name, lineTotal }) => sumLine(`${quantity} × ${name}`, lineTotal));
  lines.replaceChildren(...sums, sumLine('Total', total));
  history.replaceChildren(
    ...changes.map((change) =>
      momentLine(change.createTime, `${nameOf(change.status)}: ${meaningOf(change.status)} (${change.cause})`),
    ),
  );
  const label = cancelLabels[status];
  cancelButton.hidden = label === undefined;
  cancelButton.textContent = label ?? '';
  panel.hidden = false;
  // Which part did what, and why, is for support and administrators.
  storyPanel.hidden = !isSupport();
  if (isSupport()) story.follow(orderId);
  return order;
}

/**
 * Opens an order and shows each of its states as it arrives, until its checkout has ended or another order is opened.
 * @param onState gets the order in each state
 * @returns the last state that was seen
 */
export async function openOrder(orderId: string, onState: (order: Order) => void): Promise<OrderStatus | undefined> {
  closeOrder();
  const stop = new AbortController();
  open = { orderId, stop };
  title.textContent = `Order ${orderId}`;
  let last: Order | undefined;
  const hasEnded = () => last !== undefined && last.status !== OrderStatus.PENDING;
  followSteps(orderId, hasEnded);
  while (!stop.signal.aborted && !hasEnded()) {
    try {
      for await (const _ of checkouts.watchCheckout({ orderId }, { signal: stop.signal })) {
        last = await show(orderId);
        if (last !== undefined) onState(last);
        stepsChanged();
      }
    } catch (error) {
      // A server that restarts cuts the stream. Another one, or the same a moment later, goes on.
      if (stop.signal.aborted) break;
      if (ConnectError.from(error).code !== Code.Unavailable) throw error;
      await pause(1000);
    }
  }
  return last?.status;
}

/** Lets the page's button cancel the open order. @param onState gets the order as the cancellation left it */
export function offerCancel(onState: (order: Order) => void): void {
  cancelButton.addEventListener('click', () => {
    const orderId = open?.orderId;
    if (orderId === undefined || !confirm(`${cancelButton.textContent}?`)) return;
    cancelButton.disabled = true;
    const requestId = newRequestId();
    act(async () => {
      try {
        await untilDone(() => orders.cancelOrder({ orderId, requestId }));
      } finally {
        cancelButton.disabled = false;
        const order = await show(orderId);
        if (order !== undefined) onState(order);
      }
    });
  });
}
