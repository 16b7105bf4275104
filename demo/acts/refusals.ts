import type { Product } from '../../testkit/shopper/answers.ts';
import type { ApiClient } from '../../testkit/shopper/api-client.ts';
import { Shopper, type Credentials } from '../../testkit/shopper/shopper.ts';
import { findProduct, newCustomer } from '../customers.ts';
import { money, timed, type Report } from '../report.ts';

/** A customer with too little money gets the reason. Money, stock and cart stay as they were. */
export async function noFunds(client: ApiClient, report: Report): Promise<void> {
  report.act('2. A purchase with too little money');
  const fundsMinor = 1;
  const product = await findProduct(client, 10_000, 1);
  const customer = await newCustomer(client, 'bob', fundsMinor);
  await customer.add(product.productId, 1);
  report.line(`${customer.email} has ${money((await customer.wallet()).balance)} and wants ${money(product.price)}`);
  await refused(report, { customer, product, fundsMinor, reason: 'INSUFFICIENT_FUNDS' });
}

/** A customer who wants more pieces than are in stock gets nothing and pays nothing. */
export async function oversell(client: ApiClient, report: Report, credentials: Credentials): Promise<void> {
  report.act('3. A purchase of more pieces than are in stock');
  const pieces = 3;
  const fundsMinor = 10_000;
  const shopkeeper = new Shopper({ client, credentials });
  await shopkeeper.signIn();
  const product = await shopkeeper.createProduct({ name: 'The last of its kind', priceMinor: 500, pieces });
  const customer = await newCustomer(client, 'cora', fundsMinor);
  await customer.add(product.productId, pieces + 1);
  report.line(`${customer.email} wants ${pieces + 1} × ${product.name}; ${pieces} are left`);
  await refused(report, { customer, product, fundsMinor, reason: 'OUT_OF_STOCK' });
}

interface Refusal {
  readonly customer: Shopper;
  readonly product: Product;
  readonly fundsMinor: number;
  readonly reason: string;
}

async function refused(report: Report, expected: Refusal): Promise<void> {
  const { customer, product } = expected;
  const checkout = await customer.startCheckout();
  const { value: order, ms } = await timed(() => customer.orderEnd(checkout.orderId, { everyMs: 5 }));
  report.check(
    `the order failed with ${expected.reason} after ${ms} ms`,
    order.status === 'ORDER_STATUS_FAILED' && order.failure?.reason === expected.reason,
    order.failure?.message ?? 'no failure',
  );
  const wallet = await customer.wallet();
  report.check(
    'no money moved and none is held',
    Number(wallet.balance.minorUnits) === expected.fundsMinor && wallet.held.minorUnits === '0',
    money(wallet.balance),
  );
  const after = await customer.product(product.productId);
  report.check(
    'the stock is as it was',
    after.availableQuantity === product.availableQuantity,
    `${product.availableQuantity} → ${after.availableQuantity}`,
  );
  report.check('the cart is as it was', (await customer.cart()).items.length === 1);
  await report.saga(checkout.workflowId);
}
