import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { money, timed, type Report } from '../report.ts';
import { eventually, present, type Shop } from '../shop.ts';

const fundsMinor = 10_000;
const pieces = 2;

/** A customer registers, tops up, fills a cart and checks out; money, stock, order and cart must agree. */
export async function purchase(shop: Shop, report: Report): Promise<void> {
  report.act('1. A purchase');
  const { value: customer, ms } = await timed(() => shop.newCustomer('ada', fundsMinor));
  const before = await customer.wallet();
  report.line(`${customer.email} registered, signed in and topped up ${money(before.balance)} (${ms} ms)`);
  const product = await shop.findProduct(fundsMinor / pieces, pieces);
  await customer.fillCart(product, pieces);
  report.line(`cart: ${pieces} × ${product.name} at ${money(product.price)}; ${product.availableQuantity} in stock`);

  const accepted = await timed(() => customer.startCheckout());
  const ended = await timed(() => customer.orderEnd(accepted.value.orderId));
  const order = ended.value;
  report.check(
    'the order is completed',
    order.status === OrderStatus.COMPLETED,
    `accepted in ${accepted.ms} ms, completed ${ended.ms} ms later`,
  );
  const after = await customer.wallet();
  const total = present(order.total, 'total').minorUnits;
  report.check(
    'the wallet paid it once, and nothing is held',
    after.balance?.minorUnits === BigInt(fundsMinor) - total && after.held?.minorUnits === 0n,
    `${money(before.balance)} − ${money(order.total)} = ${money(after.balance)}`,
  );
  const left = await eventually(
    'the new stock',
    async () => (await shop.products.getProduct({ productId: product.productId })).product?.availableQuantity,
    (quantity) => quantity !== product.availableQuantity,
  );
  report.check(
    'the stock went down by what was bought',
    left === product.availableQuantity - pieces,
    `${product.availableQuantity} → ${left}`,
  );
  const lines = await eventually(
    'the empty cart',
    () => customer.cartLines(),
    (count) => count === 0,
  );
  report.check('the event through Kafka emptied the cart', lines === 0);
  report.saga(accepted.value.workflowId);
}
