import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachStack } from '../../deploy/dev/supervisor/attach.ts';
import { cli } from '../e2e/drivers/cli.ts';
import { CallError } from '../e2e/drivers/driver.ts';
import { restDriver } from '../e2e/drivers/rest.ts';
import { admin, fundedCustomer, type Customer, type Order, type Product } from '../e2e/shop.ts';
import { createHazards, type Fate, type Hazards } from './crash-matrix/hazards.ts';
import { cells, nameOf, stories, type Cell, type Story } from './crash-matrix/plan.ts';
import { openWire, type Wire } from './crash-matrix/wire.ts';
import { testWorker, type TestWorker } from './crash-matrix/worker.ts';

const PRICE = 100;
const FUNDS = 1_000;
const STOCK = 1_000;
/** A kill costs each checkout under way the ten seconds after which Temporal takes its worker for dead. */
const ENDS_WITHIN_MS = 240_000;

const ends: Readonly<Record<Story, { status: string; reason?: string; paid: number; sold: number }>> = {
  buys: { status: 'ORDER_STATUS_COMPLETED', paid: PRICE, sold: 1 },
  'is too poor': { status: 'ORDER_STATUS_FAILED', reason: 'INSUFFICIENT_FUNDS', paid: 0, sold: 0 },
  'cancels before paying': { status: 'ORDER_STATUS_CANCELLED', paid: 0, sold: 0 },
  'sends it back': { status: 'ORDER_STATUS_CANCELLED', paid: 0, sold: 0 },
};

interface Buyer {
  readonly cell: Cell;
  readonly customer: Customer;
  readonly funds: number;
  readonly orderId: string;
  readonly fate: Fate;
}

const driver = restDriver();
const stack = attachStack(process.env['ECOMMERCE_STACK_STATE'] ?? '');
// With every role apart each has an address of its own.
const addressOf = (role: string) =>
  process.env[`${role.toUpperCase()}_ADDRESS`] ??
  process.env['SERVICES_ADDRESS'] ??
  process.env['ECOMMERCE_GRPC_URL'] ??
  '';

let shopkeeper: Customer;
beforeAll(async () => {
  shopkeeper = await admin(driver);
  await stack.stopPart('worker');
});
afterAll(() => stack.startPart('worker'));

describe.each([
  ['the worker lives on', false],
  ['the worker is killed there', true],
] as const)('each step × each mishap, and %s', (_, killed) => {
  let wire: Wire;
  let worker: TestWorker;
  let hazards: Hazards;
  let products: Readonly<Record<Story, Product>>;
  const buyers: Buyer[] = [];

  // Every checkout is accepted before there is a worker, so that no call comes before its plan.
  beforeAll(async () => {
    hazards = createHazards(async () => {
      await worker.kill();
      void worker.start().catch(() => undefined);
    });
    wire = await openWire(addressOf, hazards.hazard);
    worker = testWorker(wire.url);
    products = Object.fromEntries(
      await Promise.all(
        Object.keys(stories).map(async (story) => [story, await shopkeeper.createProduct(PRICE, STOCK)] as const),
      ),
    ) as Record<Story, Product>;
    for (const cell of cells(killed)) {
      const funds = cell.story === 'is too poor' ? PRICE - 1 : FUNDS;
      const customer = await fundedCustomer(driver, funds);
      await customer.add(products[cell.story].productId, 1);
      const { orderId } = await customer.checkout();
      buyers.push({ cell, customer, funds, orderId, fate: hazards.plan(orderId, cell) });
    }
    await worker.start();
  }, 180_000);

  afterAll(async () => {
    await worker.stop();
    await wire.close();
  });

  test(
    'has one effect: each order ends as its story does, and money and stock agree',
    async () => {
      const seen = await Promise.all(buyers.map(live));
      await hazards.settled();
      expect(seen).toEqual(buyers.map((buyer) => expectedOf(buyer)));
      const left = await Promise.all(
        Object.entries(products).map(async ([story, { productId }]) => {
          const { availableQuantity } = await patiently(() => shopkeeper.product(productId));
          return [story, availableQuantity];
        }),
      );
      expect(Object.fromEntries(left)).toEqual(
        Object.fromEntries(
          Object.entries(ends).map(([story, { sold }]) => [
            story,
            STOCK - sold * buyers.filter(({ cell }) => cell.story === story).length,
          ]),
        ),
      );
      expect(hazards.kills() > 0).toBe(killed);
    },
    ENDS_WITHIN_MS + 60_000,
  );

  test('breaks no invariant', { timeout: 180_000 }, async () => {
    expect(await violations()).toEqual([]);
  });
});

/** Plays a buyer's part until the order has ended for good; tells what there is to see of it. */
async function live(buyer: Buyer) {
  const { cell, customer, orderId, fate } = buyer;
  const ended = (status: string) => until(`${nameOf(cell)}: ${status}`, () => customer.order(orderId), status);
  if (cell.story === 'sends it back') await ended('ORDER_STATUS_COMPLETED');
  if (cell.story === 'cancels before paying') await fate.cancellable;
  const cancels = cell.story === 'sends it back' || cell.story === 'cancels before paying';
  const order = await (cancels ? insistOnCancel(buyer) : ended(ends[cell.story].status));
  await fate.struck;
  const wallet = await patiently(() => customer.wallet());
  const { status, failure } = order;
  return { cell: nameOf(cell), status, reason: failure?.reason, ...minorOf(wallet) };
}

/** As a person would: presses the button again until the order says that it is cancelled. */
async function insistOnCancel({ cell, customer, orderId }: Buyer): Promise<Order> {
  const cancel = () => customer.cancelOrder(orderId).catch(() => undefined);
  const pressed = setInterval(() => void cancel(), 5_000);
  void cancel();
  try {
    return await until(`${nameOf(cell)}: cancelled`, () => customer.order(orderId), 'ORDER_STATUS_CANCELLED');
  } finally {
    clearInterval(pressed);
  }
}

function expectedOf({ cell, funds }: Buyer) {
  const { status, reason, paid } = ends[cell.story];
  return { cell: nameOf(cell), status, reason, balance: String(funds - paid), held: '0' };
}

function minorOf({ balance, held }: Awaited<ReturnType<Customer['wallet']>>) {
  return { balance: balance.minorUnits, held: held.minorUnits };
}

/** Asks again while it is told to come again. */
async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CallError && error.code === '503')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** What the auditor finds once events and projections have come through. */
async function violations(): Promise<readonly unknown[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { output } = await cli('--json', 'audit', '--settled', '0');
    const findings = JSON.parse(output) as { invariant: string; violations: unknown[] }[];
    const broken = findings.filter((finding) => finding.violations.length > 0);
    if (broken.length === 0 || Date.now() > deadline) return broken;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

function isOrder(value: unknown): value is Order {
  return typeof value === 'object' && value !== null && 'orderId' in value;
}

async function until(what: string, read: () => Promise<Order>, status: string): Promise<Order> {
  const deadline = Date.now() + ENDS_WITHIN_MS;
  for (;;) {
    // So many who ask at once may be told to come again.
    const order = await read().catch((error: unknown) => error);
    if (isOrder(order) && order.status === status) return order;
    if (Date.now() > deadline) throw new Error(`${what} did not come: ${JSON.stringify(order)}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
