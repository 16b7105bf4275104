import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Stack } from '../../deploy/dev/supervisor/stack.ts';
import { timed, type Report } from '../report.ts';
import { eventually, type Customer, type Shop } from '../shop.ts';

const buyers = 20;
const fundsMinor = 10_000;

/** The worker is killed with -9 while 20 checkouts are in flight; every one of them must end once it is back. */
export async function killWorker(shop: Shop, stack: Stack, report: Report): Promise<void> {
  report.act(`4. The worker is killed with ${buyers} checkouts in flight`);
  const product = await shop.findProduct(fundsMinor, buyers);
  const { value: customers, ms } = await timed(() =>
    Promise.all(Array.from({ length: buyers }, (_, index) => buyer(shop, index))),
  );
  await Promise.all(customers.map((customer) => customer.fillCart(product, 1)));
  report.line(`${buyers} customers registered and filled their carts (${ms} ms)`);

  const pid = stack.pid('worker');
  const starts = customers.map((customer) => customer.startCheckout());
  await Promise.any(starts);
  stack.kill('worker', 'SIGKILL');
  const checkouts = await Promise.all(starts);
  const right = await Promise.all(customers.map((customer, index) => customer.order(checkouts[index]?.orderId ?? '')));
  const open = right.filter((order) => order.status === OrderStatus.PENDING).length;
  report.check(`kill -9 of the worker (pid ${pid}) left checkouts in flight`, open > 0, `${open} of ${buyers}`);

  await eventually(
    'a new worker',
    async () => stack.pid('worker'),
    (next) => next !== undefined && next !== pid,
  );
  report.line(`the supervisor started it again (pid ${stack.pid('worker')})`);
  const { value: orders, ms: waited } = await timed(() =>
    Promise.all(customers.map((customer, index) => customer.orderEnd(checkouts[index]?.orderId ?? ''))),
  );
  const completed = orders.filter((order) => order.status === OrderStatus.COMPLETED).length;
  report.check(
    'every order is completed',
    completed === buyers,
    `${completed} of ${buyers}, the last ${waited} ms later`,
  );
  await provePayments(customers, product.price?.minorUnits ?? 0n, report);
  const left = (await shop.products.getProduct({ productId: product.productId })).product?.availableQuantity;
  report.check(
    'the stock went down by one for each',
    left === product.availableQuantity - buyers,
    `${product.availableQuantity} → ${left}`,
  );
  report.saga(checkouts.at(-1)?.workflowId ?? '');
}

const buyer = (shop: Shop, index: number): Promise<Customer> => shop.newCustomer(`buyer${index + 1}`, fundsMinor);

async function provePayments(customers: readonly Customer[], priceMinor: bigint, report: Report): Promise<void> {
  const wallets = await Promise.all(customers.map((customer) => customer.wallet()));
  const exact = wallets.filter(
    (wallet) => wallet.balance?.minorUnits === BigInt(fundsMinor) - priceMinor && wallet.held?.minorUnits === 0n,
  ).length;
  report.check('every customer paid exactly once', exact === customers.length, `${exact} of ${customers.length}`);
}
