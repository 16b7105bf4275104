/**
 * The view of one order: its lines, its states with their times, its steps, and how to cancel it. It follows the order
 * while it runs. For support it explains the orders of other people, too.
 */
import { Code, ConnectError } from '@connectrpc/connect';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { OrderStatus, type Order } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { act, tell } from './act.ts';
import { checkouts, isSupport, isUnreachable, messageOf, orders, reasonOf } from './api.ts';
import { dayOf, find, momentLine, pause, sumLine } from './dom.ts';
import { emailOf } from './people.ts';
import { addressOf, type Place } from './place.ts';
import { offerRefund, type Refundable } from './refund.ts';
import { untilDone } from './repeat.ts';
import { newRequestId } from './request-id.ts';
import { markMenu, nameView } from './router.ts';
import { meaningOf, nameOf, told } from './states.ts';
import { followSteps, stepsChanged, stopSteps } from './steps.ts';
import { createStoryView } from './story.ts';

const back = find('order-back', HTMLAnchorElement);
const title = find('order-title', HTMLElement);
const missing = find('order-missing', HTMLElement);
const panel = find('order', HTMLElement);
const state = find('order-state', HTMLElement);
const about = find('order-about', HTMLElement);
const lines = find('order-lines', HTMLElement);
const way = find('order-way', HTMLElement);
const history = find('order-history', HTMLElement);
const cancelButton = find('cancel-order', HTMLButtonElement);
const storyPanel = find('order-story', HTMLElement);
const refundForm = find('refund', HTMLFormElement);
const story = createStoryView('story');

const cancelLabels: Partial<Record<OrderStatus, string>> = {
  [OrderStatus.PENDING]: 'Cancel the order',
  [OrderStatus.COMPLETED]: 'Cancel the order and refund it',
};

interface OpenOrder {
  readonly orderId: string;
  readonly stop: AbortController;
}

/** What the view shows, and what ends the following of it. */
let open: OpenOrder | undefined;
let onState: (order: Order, isMine: boolean) => void = () => undefined;

/** @param run gets the open order in each state, and whether whoever is signed in has bought it */
export function onOrderState(run: typeof onState): void {
  onState = run;
}

export function leaveOrder(): void {
  open?.stop.abort();
  open = undefined;
  stopSteps();
  story.stop();
  for (const part of [panel, way, storyPanel, refundForm, missing, cancelButton]) part.hidden = true;
}

function leadBack(isMine: boolean): void {
  const list = isMine ? 'orders' : 'support';
  markMenu(list);
  back.href = addressOf(list);
  back.textContent = isMine ? 'My orders' : 'Orders of all customers';
}

function show(order: Order): void {
  const { status, items, total, createTime } = order;
  state.textContent = told(order);
  state.dataset['state'] = nameOf(status);
  about.textContent = createTime === undefined ? '' : dayOf(timestampDate(createTime));
  const sums = items.map(({ quantity, name, lineTotal }) => sumLine(`${quantity} × ${name}`, lineTotal));
  lines.replaceChildren(...sums, sumLine('Total', total));
  panel.hidden = false;
}

/** Reads an order of whoever is signed in and shows it, unless the page shows another one meanwhile. */
async function readOwn({ orderId, stop: { signal } }: OpenOrder): Promise<Order | undefined> {
  const [{ order }, { changes }] = await Promise.all([
    orders.getOrder({ orderId }, { signal }),
    orders.getOrderHistory({ orderId }, { signal }),
  ]);
  if (order === undefined || open?.orderId !== orderId) return order;
  show(order);
  history.replaceChildren(
    ...changes.map((change) =>
      momentLine(change.createTime, `${nameOf(change.status)}: ${meaningOf(change.status)} (${change.cause})`),
    ),
  );
  const label = cancelLabels[order.status];
  cancelButton.hidden = label === undefined;
  cancelButton.textContent = label ?? '';
  way.hidden = false;
  // Which part did what, and why, is for support and administrators.
  storyPanel.hidden = !isSupport();
  if (isSupport()) story.follow(orderId);
  onState(order, true);
  return order;
}

/** Shows each state of an order as it arrives, until its checkout has ended or the view is left. */
async function followOwn(mine: OpenOrder): Promise<void> {
  const { orderId, stop } = mine;
  let last = await readOwn(mine);
  const hasEnded = () => last !== undefined && last.status !== OrderStatus.PENDING;
  followSteps(orderId, hasEnded);
  while (!stop.signal.aborted && !hasEnded()) {
    try {
      for await (const _ of checkouts.watchCheckout({ orderId }, { signal: stop.signal })) {
        last = await readOwn(mine);
        stepsChanged();
      }
    } catch (error) {
      // A server that restarts cuts the stream. Another one, or the same a moment later, goes on.
      if (stop.signal.aborted) break;
      if (ConnectError.from(error).code !== Code.Unavailable) throw error;
      await pause(1000);
    }
  }
}

/** Explains an order of anybody. @param id of the order, or of a payment of it */
function explain(id: string): void {
  const onTold = ({ orderId, order, userId }: Refundable): void => {
    if (orderId !== id) {
      // An address is that of an order, whatever it was found by.
      location.replace(addressOf('orders', orderId));
      return;
    }
    leadBack(false);
    storyPanel.hidden = false;
    refundForm.hidden = order?.status !== OrderStatus.COMPLETED;
    if (order === undefined) return;
    show(order);
    const time = about.textContent;
    void emailOf(userId).then((email) => (about.textContent = `${time} · bought by ${email}`));
    onState(order, false);
  };
  story.follow(id, { onTold, onFailure: (error) => tellMissing(id, error) });
}

/** An address may be old, mistyped, or that of somebody else's order. */
function tellMissing(id: string, error: unknown): void {
  const { code } = ConnectError.from(error);
  const isNone = code === Code.NotFound || code === Code.InvalidArgument;
  const whose = isSupport() ? 'No order and no payment has' : 'You have no order with';
  title.textContent = isNone ? 'Order not found' : `Order ${id}`;
  nameView(title.textContent);
  missing.textContent = isNone
    ? `${whose} the id ${id} (ORDER_NOT_FOUND).`
    : isUnreachable(error)
      ? 'The order cannot be read now.'
      : `The order cannot be read now: ${messageOf(error)} (${reasonOf(error) ?? Code[code]}).`;
  missing.hidden = false;
  leadBack(!isSupport());
  // This view is read again when the platform is back.
  if (isUnreachable(error)) tell(error);
}

export function enterOrder({ id }: Place): void {
  leaveOrder();
  const mine = { orderId: id, stop: new AbortController() };
  open = mine;
  title.textContent = `Order ${id}`;
  leadBack(true);
  act(async () => {
    try {
      await followOwn(mine);
    } catch (error) {
      if (open !== mine) return;
      if (!panel.hidden) throw error;
      if (isSupport()) explain(id);
      else tellMissing(id, error);
    }
  });
}

cancelButton.addEventListener('click', () => {
  const mine = open;
  if (mine === undefined || !confirm(`${cancelButton.textContent}?`)) return;
  const { orderId } = mine;
  cancelButton.disabled = true;
  const requestId = newRequestId();
  act(async () => {
    try {
      await untilDone(() => orders.cancelOrder({ orderId, requestId }));
    } finally {
      cancelButton.disabled = false;
      // A failure of this read must not take the place of the first one.
      if (open === mine) await readOwn(mine).catch(tell);
    }
  });
});

offerRefund({ openId: () => open?.orderId, onDone: explain });
