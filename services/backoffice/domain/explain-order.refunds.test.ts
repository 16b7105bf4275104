import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { after, endedFacts, FakeOrderRecords } from '../testing/order-records.ts';
import type { BackofficeDeps } from './deps.ts';
import { explainOrder } from './explain-order.ts';
import type { RefundEntry } from './types.ts';

type Trail = Pick<BackofficeDeps['repository'], 'listEntries'>;

/** A completed order whose refund is wished for and waits. */
const facts = endedFacts('COMPLETED', 'paid', { nextRefundTime: after(60_000) });
const { orderId } = facts;
const records = Object.assign(new FakeOrderRecords(), { facts });
const warn = vi.fn<(about: object, message: string) => void>();
const explain = (repository: Trail, known: BackofficeDeps['records'] = records) =>
  explainOrder({ records: known, repository, logger: { warn } } as unknown as BackofficeDeps, { orderId });

test('a refund that staff asked for is told from then on; one that was refused is not', async () => {
  const entry: RefundEntry = {
    ...{ entryId: randomUUID(), sequence: 2n, createdAt: after(5_000), answer: undefined, refusal: undefined },
    ...{ actorId: randomUUID(), userId: facts.userId, requestId: randomUUID(), orderId, reason: 'a broken lamp' },
    action: 'order.refund',
    actorRole: 'support',
    outcome: 'OPEN',
  };
  const asked: unknown[] = [];
  const { timeline, missing } = await explain({
    listEntries: async (filter) => {
      asked.push(filter);
      return [entry, { ...entry, outcome: 'REFUSED', createdAt: after(4_000) }];
    },
  });
  expect(timeline.filter(({ kind }) => kind === 'refund.requested')).toEqual([
    {
      ...{ time: after(5_000), part: 'order', kind: 'refund.requested' },
      text: 'a refund was asked for by support: a broken lamp',
      fields: { order_id: orderId, entry_id: entry.entryId },
    },
  ]);
  expect(asked).toMatchObject([{ orderId, action: 'order.refund' }]);
  expect(missing).toEqual([]);
});

test('without the database of the back office, only what staff asked for is missing', async () => {
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const { timeline, missing } = await explain({ listEntries: () => Promise.reject(refused) });
  expect(missing).toMatchObject([{ part: 'backoffice', reason: 'DATABASE_UNAVAILABLE' }]);
  expect(timeline.map(({ kind }) => kind)).toContain('order.completed');
});

test.each([
  ['a wrong password', '28P01'],
  ['a table that is not migrated yet', '42P01'],
  ['a missing grant', '42501'],
])('a defect of that database (%s) is logged, and only what staff asked for is missing', async (_, code) => {
  warn.mockClear();
  const error = Object.assign(new Error('it is refused'), { code });
  const { timeline, missing } = await explain({ listEntries: () => Promise.reject(error) });
  expect(missing).toEqual([{ part: 'backoffice', reason: 'INTERNAL', message: 'internal error' }]);
  expect(timeline.map(({ kind }) => kind)).toContain('order.completed');
  expect(warn).toHaveBeenCalledExactlyOnceWith({ err: error, part: 'backoffice' }, expect.any(String));
});

test('an answer that cannot be understood is that of a part which is missing', async () => {
  warn.mockClear();
  const error = new Error('the answer of a service lacks a time');
  const unclear = Object.assign(new FakeOrderRecords(), { facts, funds: () => Promise.reject(error) });
  const { timeline, missing } = await explain({ listEntries: async () => [] }, unclear);
  expect(missing).toEqual([{ part: 'wallet', reason: 'INTERNAL', message: 'internal error' }]);
  expect(timeline.map(({ kind }) => kind)).toContain('order.completed');
  expect(warn).toHaveBeenCalledExactlyOnceWith({ err: error, part: 'wallet' }, expect.any(String));
});
