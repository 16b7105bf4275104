/** Orders, newest first and page by page. */
import type { Order } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { formatMoney } from '../../../proto/money.ts';
import { act } from './act.ts';
import { find, line, timedLine } from './dom.ts';
import { nameOf } from './states.ts';

export const pageSize = 5;

/** Where a list gets its orders, and what opens one of them. */
interface OrderSource {
  readonly read: (pageToken: string) => Promise<{ readonly orders: readonly Order[]; readonly nextPageToken: string }>;
  readonly open: (orderId: string) => void;
}

export interface OrderList {
  /** Shows the first page of a source. */
  readonly show: (source: OrderSource) => Promise<void>;
  /** Shows an order as it is now: in its place, or first if it is new. */
  readonly put: (order: Order) => void;
  readonly clear: () => void;
}

/** A list in the element `id` of the page, with its next page behind the button `more-<id>`. */
export function createOrderList(id: string): OrderList {
  const list = find(id, HTMLElement);
  const more = find(`more-${id}`, HTMLButtonElement);
  const rows = new Map<string, HTMLLIElement>();
  let shown: OrderSource | undefined;
  let nextPageToken = '';

  function rowOf({ orderId, status, total, createTime }: Order): HTMLLIElement {
    const sum = total === undefined ? '' : `, ${formatMoney(total)}`;
    const open = { label: 'Open', run: () => shown?.open(orderId) };
    const row = timedLine(createTime, `${nameOf(status)}${sum}`, open);
    rows.set(orderId, row);
    return row;
  }

  async function showPage(source: OrderSource): Promise<void> {
    const page = await source.read(nextPageToken);
    if (shown !== source) return;
    // An order that was made meanwhile is shown already.
    list.append(...page.orders.filter(({ orderId }) => !rows.has(orderId)).map(rowOf));
    if (rows.size === 0) list.append(line('No orders yet.'));
    nextPageToken = page.nextPageToken;
    more.hidden = nextPageToken === '';
  }

  function clear(): void {
    shown = undefined;
    nextPageToken = '';
    rows.clear();
    list.replaceChildren();
    more.hidden = true;
  }

  more.addEventListener('click', () =>
    act(async () => {
      if (shown !== undefined) await showPage(shown);
    }),
  );
  return {
    show: (source) => {
      clear();
      shown = source;
      return showPage(source);
    },
    put: (order) => {
      if (shown === undefined) return;
      const former = rows.get(order.orderId);
      const row = rowOf(order);
      if (former !== undefined) former.replaceWith(row);
      else if (rows.size === 1) list.replaceChildren(row);
      else list.prepend(row);
    },
    clear,
  };
}
