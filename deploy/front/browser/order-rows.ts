/** Orders in lists: those of the buyer, and those of everybody for support. */
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { Order } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { formatMoney } from '../../../proto/money.ts';
import { cell, dayOf } from './dom.ts';
import { addressOf } from './place.ts';
import { nameOf } from './states.ts';

/** The first part of an id. It is enough for people to tell orders apart. */
export const shortId = (id: string): string => id.slice(0, 8);

/** A state with its colour. */
function stateCell({ status }: Order): HTMLSpanElement {
  const made = cell(nameOf(status), 'state');
  made.dataset['state'] = nameOf(status);
  return made;
}

/** What was bought, in a few words. */
function goodsOf({ items }: Order): string {
  const [first, ...others] = items;
  if (first === undefined) return 'Nothing';
  const text = first.quantity === 1 ? first.name : `${first.quantity} × ${first.name}`;
  return others.length === 0 ? text : `${text} and ${others.length} more`;
}

interface Parts {
  readonly title: HTMLElement;
  /** What the link does. For those who only hear it, state, sum and time follow. */
  readonly label: string;
}

function rowOf(order: Order, { title, label }: Parts): HTMLLIElement {
  const { orderId, createTime, total } = order;
  const row = document.createElement('li');
  const about = document.createElement('span');
  about.className = 'about quiet';
  const date = createTime === undefined ? undefined : timestampDate(createTime);
  if (date !== undefined) {
    const time = document.createElement('time');
    time.dateTime = date.toISOString();
    time.textContent = dayOf(date);
    about.append(time, ' · ');
  }
  const id = document.createElement('code');
  id.textContent = shortId(orderId);
  id.title = orderId;
  about.append(id);
  const text = cell('', 'two');
  text.append(title, about);
  const sum = total === undefined ? '' : formatMoney(total);
  const link = document.createElement('a');
  link.className = 'button';
  link.href = addressOf('orders', orderId);
  link.textContent = label;
  const told = [nameOf(order.status), sum, ...(date === undefined ? [] : [dayOf(date)])];
  link.setAttribute('aria-label', `${label}: ${told.join(', ')}`);
  row.append(text, stateCell(order), cell(sum, 'sum'), link);
  return row;
}

export function ownRow(order: Order): HTMLLIElement {
  return rowOf(order, { title: cell(goodsOf(order)), label: 'Open' });
}

/** @param email of the buyer, which comes later than the row */
export function foreignRow(order: Order, email: Promise<string>): HTMLLIElement {
  const buyer = cell('…');
  const row = rowOf(order, { title: buyer, label: 'Explain' });
  const link = row.querySelector('a');
  void email.then((text) => {
    buyer.textContent = text;
    link?.setAttribute('aria-label', `${link.ariaLabel}, ${text}`);
  });
  return row;
}
