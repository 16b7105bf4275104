import { eventually } from '../../platform/testing/eventually.ts';
import type { ApiClient } from '../../testkit/shopper/api-client.ts';
import { findProduct, newCustomer } from '../customers.ts';
import { money, timed, type Report } from '../report.ts';

const fundsMinor = 10_000;
const pieces = 2;

/** A customer registers, tops up, fills a cart and checks out. Money, stock, order and cart must agree afterwards. */
export async function purchase(client: ApiClient, report: Report): Promise<void> {
  report.act('1. A purchase');
  const { value: customer, ms } = await timed(() => newCustomer(client, 'ada', fundsMinor));
  const before = await customer.wallet();
  report.line(`${customer.email} registered, signed in and topped up ${money(before.balance)} (${ms} ms)`);
  const product = await findProduct(client, fundsMinor / pieces, pieces);
  await customer.add(product.productId, pieces);
  report.line(`cart: ${pieces} × ${product.name} at ${money(product.price)}; ${product.availableQuantity} in stock`);

  const accepted = await timed(() => customer.startCheckout());
  const ended = await timed(() => customer.orderEnd(accepted.value.orderId, { everyMs: 5 }));
  const order = ended.value;
  report.check(
    'the order is completed',
    order.status === 'ORDER_STATUS_COMPLETED',
    `accepted in ${accepted.ms} ms, completed ${ended.ms} ms later`,
  );
  const after = await customer.wallet();
  report.check(
    'the wallet paid once and holds nothing for the order any more',
    Number(after.balance.minorUnits) === fundsMinor - Number(order.total.minorUnits) && after.held.minorUnits === '0',
    `${money(before.balance)} − ${money(order.total)} = ${money(after.balance)}`,
  );
  const left = await eventually(
    'the new stock',
    async () => (await customer.product(product.productId)).availableQuantity,
    (quantity) => quantity !== product.availableQuantity,
  );
  report.check(
    'the stock went down by what was bought',
    left === product.availableQuantity - pieces,
    `${product.availableQuantity} → ${left}`,
  );
  const { items } = await eventually(
    'the empty cart',
    () => customer.cart(),
    (cart) => cart.items.length === 0,
  );
  report.check('the event through Kafka emptied the cart', items.length === 0);
  await report.saga(accepted.value.workflowId);
}
