import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OrderRecordService } from '../../../proto/gen/ecommerce/order/internal/v1/order_record_pb.ts';
import { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { refusal } from '../../../platform/testing/refusal.ts';
import { createOrderSuite, newOrder, type OrderSuite } from '../testing/suite.ts';

const { PENDING, COMPLETED, FAILED } = OrderStatus;
const one = randomUUID();
const other = randomUUID();

let suite: OrderSuite;
/** Six orders, a minute apart, the oldest first. The last two are of the same time. */
const made: { readonly orderId: string; readonly userId: string; readonly status: OrderStatus }[] = [];

beforeAll(async () => {
  suite = await createOrderSuite({ start: false });
  const statuses = [COMPLETED, FAILED, PENDING, COMPLETED, FAILED, COMPLETED];
  for (const [minute, status] of statuses.entries()) {
    const order = newOrder({ userId: minute % 2 === 0 ? one : other });
    const { orderId } = order;
    await suite.write.create(order);
    if (status === COMPLETED) await suite.write.complete({ orderId });
    if (status === FAILED) await suite.write.fail({ orderId, failure: { reason: 'OUT_OF_STOCK' } });
    const time = timeOf(Math.min(minute, 4)).toISOString();
    await suite.database.db.execute(`update orders.orders set create_time = '${time}' where id = '${orderId}'`);
    made.push({ orderId, userId: order.userId, status });
  }
  const [fifth, sixth] = made.splice(4);
  made.push(
    ...[fifth, sixth].filter((order) => order !== undefined).toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1)),
  );
});
afterAll(() => suite.close());

function timeOf(minute: number): Date {
  return new Date(Date.parse('2026-01-01T12:00:00.000Z') + minute * 60_000);
}

type Request = Parameters<ReturnType<typeof client>['searchOrders']>[0];
const client = () => suite.rpc.connect(OrderRecordService, { as: 'backoffice' });
const idsOf = (orders: readonly { readonly orderId: string }[]) => orders.map(({ orderId }) => orderId);
const search = async (request: Request) => idsOf((await client().searchOrders(request)).orders);
const newestFirst = (fits: (order: (typeof made)[number], minute: number) => boolean) =>
  idsOf(made.filter((order, at) => fits(order, Math.min(at, 4))).toReversed());

test('orders of all users come newest first, with their lines, their buyer and why they failed', async () => {
  const { orders } = await client().searchOrders({});
  expect(idsOf(orders)).toEqual(newestFirst(() => true));
  expect(orders.map(({ userId, status }) => ({ userId, status }))).toEqual(
    made.map(({ userId, status }) => ({ userId, status })).toReversed(),
  );
  expect(orders.at(-1)?.items.map(({ name, quantity }) => ({ name, quantity }))).toEqual([
    { name: 'Lamp', quantity: 1 },
    { name: 'Bulb', quantity: 2 },
  ]);
  expect(orders.at(-1)?.total).toMatchObject({ currencyCode: 'USD', minorUnits: 1500n });
  expect(orders.at(-2)?.failure?.reason).toBe('OUT_OF_STOCK');
});

test.each([
  ['all users', {}, () => true],
  ['one user', { userId: one.toUpperCase() }, ({ userId }: { readonly userId: string }) => userId === one],
])('the filters narrow the list of %s', async (_, of, isOf) => {
  const find = (more: Request) => search({ ...of, ...more });
  const expected = (fits: Parameters<typeof newestFirst>[0]) =>
    newestFirst((order, minute) => isOf(order) && fits(order, minute));
  const [createTimeFrom, createTimeTo] = [timestampFromDate(timeOf(1)), timestampFromDate(timeOf(4))];
  expect(await find({ status: FAILED })).toEqual(expected(({ status }) => status === FAILED));
  expect(await find({ status: OrderStatus.CANCELLED })).toEqual([]);
  expect(await find({ createTimeFrom })).toEqual(expected((_order, minute) => minute >= 1));
  expect(await find({ createTimeTo })).toEqual(expected((_order, minute) => minute < 4));
  expect(await find({ createTimeFrom, createTimeTo, status: COMPLETED })).toEqual(
    expected(({ status }, minute) => minute >= 1 && minute < 4 && status === COMPLETED),
  );
  expect(await find({ createTimeFrom: createTimeTo, createTimeTo: createTimeFrom })).toEqual([]);
});

test.each([
  ['all orders', {}],
  ['one status', { status: COMPLETED }],
  ['one user', { userId: one }],
  ['orders before a time', { createTimeTo: timestampFromDate(timeOf(4)) }],
])('pages of %s neither repeat nor leave out an order, also of the same time', async (_, filter) => {
  const paged: string[] = [];
  let pageToken = '';
  do {
    const page = await client().searchOrders({ ...filter, pageSize: 1, pageToken });
    paged.push(...idsOf(page.orders));
    ({ nextPageToken: pageToken } = page);
  } while (pageToken !== '');
  expect(paged).toEqual(await search(filter));
});

test('a token of another filter is refused', async () => {
  const { nextPageToken: pageToken } = await client().searchOrders({ pageSize: 1 });
  for (const filter of [{ userId: one }, { status: FAILED }, { createTimeFrom: timestampFromDate(timeOf(0)) }])
    expect(await refusal(client().searchOrders({ ...filter, pageToken }))).toBe('invalid_argument PAGE_TOKEN_INVALID');
});
