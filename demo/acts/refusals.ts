import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Product } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { money, timed, type Report } from '../report.ts';
import type { Credentials, Customer, Shop } from '../shop.ts';

/** A customer without funds is told so, and nothing of theirs or of the shop's has moved. */
export async function noFunds(shop: Shop, report: Report): Promise<void> {
  report.act('2. A purchase without the money for it');
  const fundsMinor = 1;
  const product = await shop.findProduct(10_000, 1);
  const customer = await shop.newCustomer('bob', fundsMinor);
  await customer.fillCart(product, 1);
  report.line(`${customer.email} has ${money((await customer.wallet()).balance)} and wants ${money(product.price)}`);
  await refused(shop, report, { customer, product, fundsMinor, reason: 'INSUFFICIENT_FUNDS' });
}

/** A customer who asks for more than there is gets nothing, and pays nothing. */
export async function oversell(shop: Shop, report: Report, admin: Credentials): Promise<void> {
  report.act('3. A purchase of more than there is in stock');
  const pieces = 3;
  const fundsMinor = 10_000;
  const product = await shop.createProduct(admin, 'The last of its kind', 500, pieces);
  const customer = await shop.newCustomer('cora', fundsMinor);
  await customer.fillCart(product, pieces + 1);
  report.line(`${customer.email} wants ${pieces + 1} × ${product.name}; ${pieces} are left`);
  await refused(shop, report, { customer, product, fundsMinor, reason: 'OUT_OF_STOCK' });
}

interface Refusal {
  readonly customer: Customer;
  readonly product: Product;
  readonly fundsMinor: number;
  readonly reason: string;
}

async function refused(shop: Shop, report: Report, expected: Refusal): Promise<void> {
  const { customer, product } = expected;
  const checkout = await customer.startCheckout();
  const { value: order, ms } = await timed(() => customer.orderEnd(checkout.orderId));
  report.check(
    `the order failed with ${expected.reason} after ${ms} ms`,
    order.status === OrderStatus.FAILED && order.failure?.reason === expected.reason,
    order.failure?.message ?? 'no failure',
  );
  const wallet = await customer.wallet();
  report.check(
    'no money moved and none is held',
    wallet.balance?.minorUnits === BigInt(expected.fundsMinor) && wallet.held?.minorUnits === 0n,
    money(wallet.balance),
  );
  const shelf = (await shop.products.getProduct({ productId: product.productId })).product;
  report.check(
    'the stock is as it was',
    shelf?.availableQuantity === product.availableQuantity,
    `${product.availableQuantity} → ${shelf?.availableQuantity}`,
  );
  report.check('the cart is as it was', (await customer.cartLines()) === 1);
  report.saga(checkout.workflowId);
}
