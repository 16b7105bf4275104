import { CheckoutState, type Checkout } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderStatusSchema, type OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { formatMoney } from '../../../proto/money.ts';
import { checkouts, newRequestId, orders } from './api.ts';
import { line } from './dom.ts';

const told: Readonly<Record<CheckoutState, string>> = {
  [CheckoutState.UNSPECIFIED]: 'The state is unknown.',
  [CheckoutState.RUNNING]: 'The checkout is under way.',
  [CheckoutState.SUCCEEDED]: 'The checkout has succeeded.',
  [CheckoutState.FAILED]: 'The checkout has failed. Nothing was taken, or everything was given back.',
  [CheckoutState.CANCELLED]: 'The checkout was cancelled.',
};

function stateLine({ state, failure, total }: Checkout): HTMLLIElement {
  const why = failure === undefined ? '' : ` ${failure.message} (${failure.reason})`;
  const price = total === undefined || state !== CheckoutState.SUCCEEDED ? '' : ` Paid: ${formatMoney(total)}.`;
  return line(`${told[state]}${price}${why}`);
}

/** The changes of the order after the first `shown`, as lines. */
async function changesAfter(shown: number, orderId: string): Promise<HTMLLIElement[]> {
  const { changes } = await orders.getOrderHistory({ orderId });
  const nameOf = (status: OrderStatus) => OrderStatusSchema.value[status]?.localName ?? 'in a new status';
  return changes.slice(shown).map(({ status, cause }) => line(`The order is ${nameOf(status)}: ${cause}`));
}

/** Buys the cart and shows every state of the checkout as it arrives. Returns whether it was bought. */
export async function checkOut(list: HTMLElement): Promise<boolean> {
  const { checkout } = await checkouts.startCheckout({ requestId: newRequestId() });
  if (checkout === undefined) throw new Error('the answer contains no checkout');
  const { orderId } = checkout;
  list.replaceChildren(line(`Order ${orderId}`));
  let last: CheckoutState | undefined;
  let shown = 0;
  for await (const { checkout: now } of checkouts.watchCheckout({ orderId })) {
    if (now === undefined || now.state === last) continue;
    last = now.state;
    const changes = await changesAfter(shown, orderId);
    shown += changes.length;
    list.append(...changes, stateLine(now));
  }
  return last === CheckoutState.SUCCEEDED;
}
