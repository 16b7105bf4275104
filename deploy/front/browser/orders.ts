/** The buyer's orders, newest first. */
import type { Order } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { formatMoney } from '../../../proto/money.ts';
import { act } from './act.ts';
import { orders } from './api.ts';
import { find, line, timedLine } from './dom.ts';
import { nameOf } from './states.ts';

const list = find('orders', HTMLElement);
const more = find('more-orders', HTMLButtonElement);
const pageSize = 5;

let rows = new Map<string, HTMLLIElement>();
let nextPageToken = '';
let onOpen: (orderId: string) => void = () => undefined;

function rowOf({ orderId, status, total, createTime }: Order): HTMLLIElement {
  const sum = total === undefined ? '' : `, ${formatMoney(total)}`;
  const row = timedLine(createTime, `${nameOf(status)}${sum}`, { label: 'Open', run: () => onOpen(orderId) });
  rows.set(orderId, row);
  return row;
}

/** Shows an order as it is now: in its place, or first if it is new. */
export function putOrder(order: Order): void {
  const former = rows.get(order.orderId);
  const row = rowOf(order);
  if (former !== undefined) former.replaceWith(row);
  else if (rows.size === 1) list.replaceChildren(row);
  else list.prepend(row);
}

async function showPage(): Promise<void> {
  const page = await orders.listOrders({ pageSize, pageToken: nextPageToken });
  // An order that was made meanwhile is shown already.
  list.append(...page.orders.filter(({ orderId }) => !rows.has(orderId)).map(rowOf));
  if (rows.size === 0) list.append(line('No orders yet.'));
  nextPageToken = page.nextPageToken;
  more.hidden = nextPageToken === '';
}

/** Lists the newest orders of whoever is signed in. @param open is called with the id of the one to show */
export async function showOrders(open: (orderId: string) => void): Promise<void> {
  onOpen = open;
  rows = new Map();
  nextPageToken = '';
  list.replaceChildren();
  await showPage();
}

more.addEventListener('click', () => act(showPage));
