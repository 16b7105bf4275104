/** For support and administrators: finds orders of any customer. Each leads to the view that explains it. */
import { OrderStatus, type Order } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { orderIdIn } from '../../../workflows/contract/order-id.ts';
import { act } from './act.ts';
import { admin } from './api.ts';
import { find } from './dom.ts';
import { foreignRow } from './order-rows.ts';
import { createPagedList, pageSize } from './paged-list.ts';
import { emailOf, forgetPeople } from './people.ts';
import { addressOf, type Place } from './place.ts';

const search = find('find-order', HTMLFormElement);
const whose = find('whose', HTMLElement);
const list = createPagedList<Order>({
  id: 'found',
  nouns: ['order', 'orders'],
  none: 'No orders.',
  keyOf: ({ orderId }) => orderId,
  rowOf: (order) => foreignRow(order, emailOf(order.userId)),
});

interface Filters {
  readonly query?: string;
  readonly state?: string;
}

/** Shows an order as it is now, if the list has it. */
export const updateFound = list.update;

export function clearSupport(): void {
  forgetPeople();
  whose.textContent = '';
  list.clear();
}

function setField(name: string, value: string): void {
  const field = search.elements.namedItem(name);
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
}

const statuses: Readonly<Record<string, OrderStatus>> = {
  PENDING: OrderStatus.PENDING,
  COMPLETED: OrderStatus.COMPLETED,
  FAILED: OrderStatus.FAILED,
  CANCELLED: OrderStatus.CANCELLED,
};

/** @returns the id of the user with an e-mail address; empty for all users; undefined if nobody has it */
async function userWith(email: string): Promise<string | undefined> {
  if (email === '') return '';
  const [user] = (await admin.findUsers({ email })).users;
  whose.textContent = user === undefined ? 'Nobody has this e-mail address.' : `${user.email} is user ${user.userId}.`;
  return user?.userId;
}

let asked = '';

async function listOrders({ query = '', state = '' }: Filters): Promise<void> {
  const source = JSON.stringify([query, state]);
  if (list.isShowing(source)) return list.refresh();
  asked = source;
  list.clear();
  whose.textContent = '';
  const userId = await userWith(query);
  if (userId === undefined || asked !== source) return;
  return list.show(source, async (pageToken) => {
    const page = await admin.listOrders({
      userId,
      status: statuses[state] ?? OrderStatus.UNSPECIFIED,
      pageSize,
      pageToken,
    });
    return { items: page.orders, nextPageToken: page.nextPageToken };
  });
}

export function enterSupport({ filters }: Place): void {
  const { query = '', state = '' }: Filters = filters;
  setField('query', query);
  setField('state', state);
  act(() => listOrders({ query, state }));
}

function look(): void {
  const data = new FormData(search);
  const query = String(data.get('query')).trim();
  const state = String(data.get('state'));
  // Temporal and the logs show an order's id within that of its workflow.
  const id = orderIdIn(query) ?? query;
  const isId = id !== '' && !id.includes('@');
  const address = isId ? addressOf('orders', id) : addressOf('support', '', { query, state });
  if (location.hash === address) act(() => listOrders({ query, state }));
  else location.hash = address;
}

search.addEventListener('submit', (event) => {
  event.preventDefault();
  look();
});
search.addEventListener('change', ({ target }) => {
  if (target instanceof HTMLSelectElement) look();
});
