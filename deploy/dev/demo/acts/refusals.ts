import { OrderStatus } from '../../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Product } from '../../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { money, timed, type Report } from '../report.ts';
import { present, type Customer, type Shop } from '../shop.ts';

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
export async function oversell(shop: Shop, report: Report): Promise<void> {
  report.act('3. A purchase of more than there is in stock');
  const fundsMinor = 100_000_000;
  const { products } = await shop.products.listProducts({ inStock: true, orderBy: 'price' });
  const [product] = products
    .filter((each) => each.availableQuantity < 100)
    .sort((left, right) => left.availableQuantity - right.availableQuantity);
  const scarce = present(product, 'product with fewer than 100 pieces');
  const customer = await shop.newCustomer('cora', fundsMinor);
  await customer.fillCart(scarce, scarce.availableQuantity + 1);
  report.line(
    `${customer.email} wants ${scarce.availableQuantity + 1} × ${scarce.name}; ${scarce.availableQuantity} are left`,
  );
  await refused(shop, report, { customer, product: scarce, fundsMinor, reason: 'OUT_OF_STOCK' });
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
