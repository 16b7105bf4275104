import type { Stack } from '../../deploy/dev/supervisor/stack.ts';
import { eventually, until } from '../../platform/testing/eventually.ts';
import { pending } from '../../testkit/shopper/answers.ts';
import type { ApiClient } from '../../testkit/shopper/api-client.ts';
import type { Shopper } from '../../testkit/shopper/shopper.ts';
import { anybody, findProduct, newCustomer } from '../customers.ts';
import { timed, type Report } from '../report.ts';

const buyers = 20;
const fundsMinor = 10_000;
/** Temporal gives the task of a dead worker to another worker after ten seconds. */
const patience = { withinMs: 90_000, everyMs: 20 };

/** Kills the worker with -9 while 20 checkouts are in flight. Every order must be completed once the worker is back. */
export async function killWorker(client: ApiClient, stack: Stack, report: Report): Promise<void> {
  report.act(`4. The worker is killed with ${buyers} checkouts in flight`);
  const product = await findProduct(client, fundsMinor, buyers);
  const { value: customers, ms } = await timed(() =>
    Promise.all(Array.from({ length: buyers }, (_, index) => newCustomer(client, `buyer${index + 1}`, fundsMinor))),
  );
  await Promise.all(customers.map((customer) => customer.add(product.productId, 1)));
  report.line(`${buyers} customers registered and filled their carts (${ms} ms)`);

  const pid = stack.pid('worker');
  const starts = customers.map((customer) => customer.startCheckout());
  await Promise.any(starts);
  stack.kill('worker', 'SIGKILL');
  const checkouts = await Promise.all(starts);
  const right = await Promise.all(customers.map((customer, index) => customer.order(checkouts[index]?.orderId ?? '')));
  const open = right.filter((order) => order.status === pending).length;
  report.check(`kill -9 of the worker (pid ${pid}) left checkouts in flight`, open > 0, `${open} of ${buyers}`);

  await eventually(
    'a new worker',
    () => stack.pid('worker'),
    (next) => next !== undefined && next !== pid,
  );
  report.line(`the launcher started it again (pid ${stack.pid('worker')})`);
  const { value: orders, ms: waited } = await timed(() =>
    Promise.all(customers.map((customer, index) => customer.orderEnd(checkouts[index]?.orderId ?? '', patience))),
  );
  const completed = orders.filter((order) => order.status === 'ORDER_STATUS_COMPLETED').length;
  report.check(
    'every order is completed',
    completed === buyers,
    `${completed} of ${buyers}, the last ${waited} ms later`,
  );
  await provePayments(customers, Number(product.price.minorUnits), report);
  const expected = product.availableQuantity - buyers;
  // The catalog may be a second old.
  const left = await until(
    async () => (await anybody(client).product(product.productId)).availableQuantity,
    (quantity) => quantity === expected,
    { withinMs: 5000 },
  );
  report.check(
    'the stock went down by one piece for each order',
    left === expected,
    `${product.availableQuantity} → ${left}`,
  );
  await report.saga(checkouts.at(-1)?.workflowId ?? '');
}

async function provePayments(customers: readonly Shopper[], priceMinor: number, report: Report): Promise<void> {
  const wallets = await Promise.all(customers.map((customer) => customer.wallet()));
  const exact = wallets.filter(
    ({ balance, held }) => Number(balance.minorUnits) === fundsMinor - priceMinor && held.minorUnits === '0',
  ).length;
  report.check('every customer paid exactly once', exact === customers.length, `${exact} of ${customers.length}`);
}
