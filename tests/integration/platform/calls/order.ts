import { randomUUID } from 'node:crypto';
import type { Database } from '../../../../platform/data/db/database.ts';
import {
  createOrderRepository,
  type OrderRepository,
  type OrderTransaction,
} from '../../../../services/order/repository/index.ts';
import { orderEventTypes } from '../../../../proto/order-events.ts';
import { make, type Calls, type Ids } from './calls.ts';

export async function callOrder(db: Database, ids: Ids): Promise<void> {
  const repository = createOrderRepository(db);
  await make<Plain>(repository.plain, plain, ids);
  await make<OrderRepository, 'transaction'>(repository, calls, ids);
  await repository.transaction((tx) => make<OrderTransaction>(tx, inTransaction, ids));
}

type Plain = OrderRepository['plain'];

const at = { createTime: new Date(), orderId: randomUUID() };
const search = { userId: undefined, status: undefined, from: undefined, after: undefined, limit: 51 };
// Orders that the test has multiplied have no lines, so a search for all users finds none of them.
const before = { ...search, to: new Date(0) };
const change = { from: 'PENDING', to: 'COMPLETED', cause: 'a test' } as const;
const type = orderEventTypes.completed;

const plain: Calls<Plain> = {
  end: ({ end }, { orderId }) => end({ ...change, orderId, type }),
};

const calls: Calls<OrderRepository, 'transaction'> = {
  find: ({ find }, { orderId }) => find(orderId),
  findOwned: ({ findOwned }, { userId, orderId }) => findOwned(userId, orderId),
  findByRequest: ({ findByRequest }, { userId }) => findByRequest(userId, randomUUID()),
  page: async ({ page }, { userId }) => {
    await page({ userId, status: undefined, after: undefined, limit: 51 });
    await page({ userId, status: 'FAILED', after: at, limit: 51 });
  },
  findSwept: ({ findSwept }, { orderId }) => findSwept([{ orderId, origin: undefined }]),
  history: ({ history }, { orderId }) => history(orderId),
  ended: ({ ended }, { orderId }) => ended([orderId]),
  eventsOf: ({ eventsOf }, { orderId }) => eventsOf(orderId),
  startOf: ({ startOf }, { orderId }) => startOf(orderId),
  wishRefund: ({ wishRefund }) => wishRefund({ orderId: randomUUID(), cause: 'a test', delaySeconds: 900 }),
  search: async (repository, { userId }) => {
    await repository.search(before);
    await repository.search({ ...before, status: 'FAILED', after: { ...at, createTime: new Date(0) } });
    await repository.search({ ...search, to: undefined, userId });
  },
  leaseUnstarted: ({ leaseUnstarted }) => leaseUnstarted(50, 30),
  markStarted: ({ markStarted }) => markStarted([randomUUID()]),
  stalled: ({ stalled }) => stalled(60, 50),
  nextRefundMs: ({ nextRefundMs }) => nextRefundMs(),
  leaseRefunds: ({ leaseRefunds }) => leaseRefunds(50, 30),
  waiting: ({ waiting }) => waiting(),
  insert: ({ insert }, { userId, productId }) => {
    const price = { currencyCode: 'USD', minorUnits: 1n };
    const items = [{ productId, name: 'Lamp', quantity: 1, unitPrice: price }];
    const request = { requestId: randomUUID(), requestFingerprint: 'one', cause: 'a test', startDelaySeconds: 900 };
    return insert({ ...request, orderId: randomUUID(), userId, items, total: price, cartVersion: 1n });
  },
  once: async ({ once }, { userId }) => {
    const key = { subject: userId, method: 'CancelOrder', requestId: randomUUID(), fingerprint: 'one' };
    await once(key, () => Promise.resolve());
    await once(key, () => Promise.resolve());
  },
  forgetRequests: ({ forgetRequests }) => forgetRequests(3650),
};

const inTransaction: Calls<OrderTransaction> = {
  changeStatus: ({ changeStatus }) => changeStatus({ ...change, orderId: randomUUID() }),
  find: ({ find }, { orderId }) => find(orderId),
  appendEvent: ({ appendEvent }, { userId }) => {
    const total = { currencyCode: 'USD', minorUnits: '1' };
    const [orderId, occurTime] = [randomUUID(), new Date().toISOString()];
    return appendEvent(type, { orderId, userId, status: 'COMPLETED', items: [], total, cartVersion: '1', occurTime });
  },
};
