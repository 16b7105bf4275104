/** For support and administrators: finds orders of any customer, explains one, and refunds it. */
import { formatMoney } from '../../../proto/money.ts';
import { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { act } from './act.ts';
import { admin, isSupport } from './api.ts';
import { find } from './dom.ts';
import { createOrderList, pageSize } from './order-list.ts';
import { untilDone } from './repeat.ts';
import { newRequestId } from './request-id.ts';
import { createStoryView } from './story.ts';

const section = find('admin', HTMLElement);
const search = find('find-order', HTMLFormElement);
const whose = find('whose', HTMLElement);
const panel = find('explained', HTMLElement);
const title = find('explained-title', HTMLElement);
const refundForm = find('refund', HTMLFormElement);
const found = createOrderList('found');
const story = createStoryView('explained');
let explained = '';

/** Shows this part to those who may use it. */
export function enterAdmin(): void {
  section.hidden = !isSupport();
}

export function leaveAdmin(): void {
  section.hidden = true;
  search.reset();
  clear();
}

function clear(): void {
  story.stop();
  panel.hidden = true;
  whose.textContent = '';
  found.clear();
}

/** @param id of an order, or of a payment of it */
function explain(id: string): void {
  story.follow(id, ({ orderId, order }) => {
    explained = orderId;
    title.textContent = `Order ${orderId}`;
    panel.hidden = false;
    refundForm.hidden = order?.status !== OrderStatus.COMPLETED;
  });
}

/** Lists the orders of a user; those of everybody for an empty id. */
function listOrders(userId: string): Promise<void> {
  const read = (pageToken: string) => admin.listOrders({ userId, pageSize, pageToken });
  return found.show({ read, open: explain });
}

async function findByEmail(email: string): Promise<void> {
  const [user] = (await admin.findUsers({ email })).users;
  whose.textContent = user === undefined ? 'Nobody has this e-mail address.' : `${user.email} is user ${user.userId}.`;
  if (user !== undefined) await listOrders(user.userId);
}

search.addEventListener('submit', (event) => {
  event.preventDefault();
  const query = String(new FormData(search).get('query')).trim();
  clear();
  act(async () => {
    if (query === '') await listOrders('');
    else if (query.includes('@')) await findByEmail(query);
    else explain(query);
  });
});

/** Names the buyer and the money before they move. */
async function questionOf(orderId: string): Promise<string> {
  const { order } = await admin.getOrder({ orderId });
  const { user } = await admin.getUser({ userId: order?.userId ?? '' });
  const money = order?.total === undefined ? 'the money' : formatMoney(order.total);
  return `Give ${money} back to ${user?.email}, and put the goods back into stock?`;
}

refundForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const reason = String(new FormData(refundForm).get('reason'));
  const refund = { orderId: explained, reason, requestId: newRequestId() };
  const button = find('refund-order', HTMLButtonElement);
  button.disabled = true;
  act(async () => {
    try {
      if (!confirm(await questionOf(refund.orderId))) return;
      const { order } = await untilDone(() => admin.refundOrder(refund));
      refundForm.reset();
      if (order !== undefined) found.put(order);
    } finally {
      button.disabled = false;
      if (explained === refund.orderId) explain(refund.orderId);
    }
  });
});
