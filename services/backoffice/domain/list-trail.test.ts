import type { MessageInitShape } from '@bufbuild/protobuf';
import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { AuditOutcome, type ListAuditTrailRequestSchema } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { refusal } from '../../../platform/testing/refusal.ts';
import { usd, useBackofficeSuite } from '../testing/suite.ts';
import { subjectOfOrder, type Operation } from './operation.ts';

const suite = useBackofficeSuite();

const operation = (changes: Partial<Operation> = {}): Operation => ({
  ...{ actorName: 'ops@laptop', actorId: undefined, action: 'keys.rotate' },
  ...{ userId: undefined, subject: 'now', reason: 'the key leaked' },
  ...changes,
});

test('operations of the command line stand among the changes of administrators, page by page', async () => {
  const { repository } = suite().deps;
  const [actorId, userId] = [randomUUID(), randomUUID()];
  const admin = suite().as(actorId);
  const mine = { actorId, userId };
  const first = await repository.beginOperation(operation({ ...mine, action: 'products.import', subject: 'a.csv' }));
  const credit = { userId, amount: usd(5n), reason: 'goodwill', requestId: randomUUID() };
  const second = await admin.creditWallet(credit);
  const third = await repository.beginOperation(operation({ ...mine, action: 'checkout.cancel', subject: 'an order' }));
  await repository.endOperation(first, { detail: '2 created', refusal: undefined });
  await repository.endOperation(third, { detail: '', refusal: 'NOT_CANCELLABLE' });

  const { entries, nextPageToken } = await admin.listAuditTrail({ userId, pageSize: 2 });
  expect(entries).toMatchObject([
    { entryId: third, action: 'checkout.cancel', outcome: AuditOutcome.REFUSED, refusal: 'NOT_CANCELLABLE' },
    { entryId: second.entryId, action: 'wallet.credit', actorName: '', subject: '', outcome: AuditOutcome.DONE },
  ]);
  const rest = await admin.listAuditTrail({ userId, pageSize: 2, pageToken: nextPageToken });
  expect(rest.nextPageToken).toBe('');
  expect(rest.entries).toMatchObject([
    { entryId: first, actorId, actorName: 'ops@laptop', subject: 'a.csv', detail: '2 created', refusal: '' },
  ]);
  expect((await admin.listAuditTrail({ actorId })).entries).toHaveLength(3);
});

test('the trail of an order has its refunds, and cancels by the command line; that of an action, both sources', async () => {
  const { repository } = suite().deps;
  const [actorId, other] = [randomUUID(), randomUUID()];
  const admin = suite().as(actorId);
  const wish = () => ({ reason: 'a broken lamp', requestId: randomUUID() });
  const another = suite().refunds.complete();
  await admin.refundOrder({ ...wish(), orderId: another.orderId });
  const order = suite().refunds.complete();
  const cancelled = { userId: order.userId, actorId, action: 'checkout.cancel' };
  const cancel = await repository.beginOperation(operation({ ...cancelled, subject: `order ${order.orderId}` }));
  await repository.beginOperation(operation({ ...cancelled, subject: `order ${another.orderId}` }));
  // Another action with the same words is about something else.
  await repository.beginOperation(operation({ actorId, action: 'events.replay', subject: `order ${order.orderId}` }));
  const { entryId: refunded } = await admin.refundOrder({ ...wish(), orderId: order.orderId });
  const { entryId: credited } = await admin.creditWallet({ ...wish(), userId: other, amount: usd(5n) });

  const idsOf = async (filter: MessageInitShape<typeof ListAuditTrailRequestSchema>) =>
    (await admin.listAuditTrail(filter)).entries.map(({ entryId }) => entryId);
  expect(await idsOf({ orderId: order.orderId.toUpperCase() })).toEqual([refunded, cancel]);
  expect(await idsOf({ orderId: order.orderId, action: 'order.refund' })).toEqual([refunded]);
  expect(await idsOf({ orderId: order.orderId, userId: other })).toEqual([]);
  expect(await idsOf({ actorId, action: 'Wallet.Credit' })).toEqual([credited]);
  expect(await idsOf({ actorId, action: 'checkout.cancel' })).toHaveLength(2);
  expect(await idsOf({ actorId, action: 'no.such-action' })).toEqual([]);

  // The cancel of the other order is newer.
  const page = await admin.listAuditTrail({ actorId, action: 'checkout.cancel', pageSize: 1 });
  const asked = { actorId, pageSize: 1, pageToken: page.nextPageToken };
  expect(await refusal(admin.listAuditTrail(asked))).toBe('invalid_argument PAGE_TOKEN_INVALID');
  expect((await admin.listAuditTrail({ ...asked, action: 'checkout.cancel' })).entries).toMatchObject([
    { entryId: cancel },
  ]);
});

test('an operation without an account and without a user has neither, and stays open without an end', async () => {
  const entryId = await suite().deps.repository.beginOperation(operation());
  const [newest] = (await suite().as(randomUUID()).listAuditTrail({})).entries;
  expect(newest).toMatchObject({ entryId, actorId: '', userId: '', requestId: '', outcome: AuditOutcome.OPEN });
  expect(newest?.amount).toBeUndefined();
});

test('an open operation tells why nobody knows what was changed; one that has ended keeps its words', async () => {
  const { repository } = suite().deps;
  const entryId = await repository.beginOperation(operation());
  await repository.noteOperation(entryId, 'the answer was lost');
  const admin = suite().as(randomUUID());
  const newest = async () => (await admin.listAuditTrail({})).entries[0];
  expect(await newest()).toMatchObject({ entryId, outcome: AuditOutcome.OPEN, detail: 'the answer was lost' });
  await repository.endOperation(entryId, { detail: 'done', refusal: undefined });
  await repository.noteOperation(entryId, 'too late');
  expect(await newest()).toMatchObject({ entryId, outcome: AuditOutcome.DONE, detail: 'done' });
});

test('the cancels of an order that a command left open end together; those of others, and other actions, stay open', async () => {
  const { repository } = suite().deps;
  const [order, other] = [subjectOfOrder(randomUUID()), subjectOfOrder(randomUUID())];
  const begin = (subject: string, action = 'checkout.cancel') =>
    repository.beginOperation({ ...operation(), action, subject });
  const ended = await begin(order);
  await repository.endOperation(ended, { detail: 'CANCELLED', refusal: undefined });
  const open = [await begin(order), await begin(order)];
  const others = [await begin(other), await begin(order, 'events.replay')];
  await repository.endOpenCancels(order, { detail: 'NOT_CANCELLABLE', refusal: 'NOT_CANCELLABLE' });
  const { entries } = await suite().as(randomUUID()).listAuditTrail({ pageSize: 5 });
  const told = new Map(entries.map((entry) => [entry.entryId, entry]));
  const REFUSED = { outcome: AuditOutcome.REFUSED, detail: 'NOT_CANCELLABLE' };
  const OPEN = { outcome: AuditOutcome.OPEN, detail: '' };
  expect([ended, ...open, ...others].map((id) => told.get(id))).toMatchObject([
    { outcome: AuditOutcome.DONE, detail: 'CANCELLED' },
    ...[REFUSED, REFUSED, OPEN, OPEN],
  ]);
});

test('nobody can change or remove an operation, and its end is set once', async () => {
  const { repository } = suite().deps;
  const entryId = await repository.beginOperation(operation());
  const { db } = suite().database;
  const kept = { cause: expect.objectContaining({ message: 'entries of the audit trail are kept as they are' }) };
  for (const change of ['reason', 'actor_name', 'subject'])
    await expect(
      db.execute(sql.raw(`update backoffice.operations set ${change} = 'another' where id = '${entryId}'`)),
    ).rejects.toMatchObject(kept);
  await expect(db.execute(sql`delete from backoffice.operations where id = ${entryId}`)).rejects.toMatchObject(kept);
  await repository.endOperation(entryId, { detail: 'done', refusal: undefined });
  await repository.endOperation(entryId, { detail: 'done otherwise', refusal: undefined });
  const [newest] = (await suite().as(randomUUID()).listAuditTrail({})).entries;
  expect(newest).toMatchObject({ entryId, detail: 'done', outcome: AuditOutcome.DONE });
  await expect(
    db.execute(sql`update backoffice.operations set detail = 'another' where id = ${entryId}`),
  ).rejects.toMatchObject(kept);
});
