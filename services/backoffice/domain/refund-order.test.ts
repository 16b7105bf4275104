import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../platform/errors/app-error.ts';
import { eventually } from '../../../platform/testing/eventually.ts';
import { reasonOf } from '../../../platform/testing/refusal.ts';
import { after, endedFacts, pendingFacts } from '../testing/order-records.ts';
import { usd, useBackofficeSuite } from '../testing/suite.ts';
import { adjustWallet } from './adjust-wallet.ts';
import { finishOpen } from './finish-open.ts';
import { listTrail } from './list-trail.ts';
import { refundOrder } from './refund-order.ts';

const suite = useBackofficeSuite();
beforeEach(() => {
  suite().refunds.away = undefined;
  suite().refunds.gate = Promise.resolve();
  suite().wallets.gate = Promise.resolve();
});

type Asked = Parameters<typeof refundOrder>[1];

const wish = (orderId: string, changes: Partial<Asked> = {}): Asked => ({
  ...{ actorId: randomUUID(), actorRole: 'support', orderId, reason: 'a broken lamp', requestId: randomUUID() },
  ...changes,
});
const unavailable = () => new AppError('unavailable', 'REFUND_PENDING', 'ask again', { kind: 'unknown' });
const trailOf = (userId: string) =>
  listTrail(suite().deps, { userId, actorId: undefined, pageSize: 0, pageToken: '' }).then(({ entries }) => entries);
const statusNow = () => suite().records.facts?.status;
const causeNow = () => suite().records.facts?.changes.at(-1)?.cause;
/** Makes every open entry due. */
const passTime = () =>
  suite().database.db.execute(
    sql`update backoffice.audit_trail set next_try_at = now() - interval '1 s' where outcome = 'OPEN'`,
  );

/** The order service answers again, and the sweep tries what is open. */
async function finishLater(): Promise<void> {
  suite().refunds.away = undefined;
  await passTime();
  await finishOpen(suite().deps, {});
}

test('a refund is made once, however often it is asked for, and the trail has the order and its buyer', async () => {
  const { orderId, userId } = suite().refunds.complete();
  const asked = wish(orderId);
  const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => refundOrder(suite().deps, asked)));
  expect(others).toEqual(others.map(() => first));
  expect(await refundOrder(suite().deps, asked)).toEqual(first);
  expect(first?.order).toMatchObject({ orderId, userId, status: 'CANCELLED', total: { minorUnits: 1500n } });
  expect(causeNow()).toBe('refunded by support: a broken lamp');
  expect(await trailOf(userId)).toMatchObject([
    { ...asked, userId, action: 'order.refund', entryId: first?.entryId, outcome: 'DONE' },
  ]);
});

test('the history tells that an administrator refunded', async () => {
  const { orderId } = suite().refunds.complete();
  await refundOrder(suite().deps, wish(orderId, { actorRole: 'admin' }));
  expect(causeNow()).toBe('refunded by an administrator: a broken lamp');
});

test('two who refund an order at the same time: one refund, and the trail names only the one who made it', async () => {
  const { orderId, userId } = suite().refunds.complete();
  const reasons = ['a broken lamp', 'a late parcel'];
  const answers = await Promise.allSettled(
    reasons.map((reason) => refundOrder(suite().deps, wish(orderId, { reason }))),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(suite().records.facts?.changes).toHaveLength(3);
  const trail = await trailOf(userId);
  expect(trail.map(({ outcome }) => outcome).toSorted()).toEqual(['DONE', 'REFUSED']);
  const done = trail.find(({ outcome }) => outcome === 'DONE');
  expect(causeNow()).toBe(`refunded by support: ${done?.reason}`);
});

test('a second refund for the same reason is refused too: only one of them has refunded', async () => {
  const { orderId, userId } = suite().refunds.complete();
  const first = await refundOrder(suite().deps, wish(orderId));
  const second = wish(orderId);
  expect(await reasonOf(refundOrder(suite().deps, second))).toBe('ORDER_NOT_CANCELLABLE');
  expect(await reasonOf(refundOrder(suite().deps, second))).toBe('ORDER_NOT_CANCELLABLE');
  const trail = await trailOf(userId);
  expect(trail.map(({ outcome }) => outcome)).toEqual(['REFUSED', 'DONE']);
  expect(trail.at(-1)?.entryId).toBe(first.entryId);
});

test('of two refunds for the same reason at the same time, the trail has one as done', async () => {
  const { orderId, userId } = suite().refunds.complete();
  let open = (): void => undefined;
  suite().refunds.gate = new Promise((resolve) => {
    open = resolve;
  });
  const both = Promise.allSettled([1, 2].map(() => refundOrder(suite().deps, wish(orderId))));
  await eventually(
    'both refunds',
    () => suite().refunds.asked.length,
    (count) => count === 2,
  );
  open();
  await both;
  // The later one may have had to wait until the outcome of the other was known.
  await passTime();
  await finishOpen(suite().deps, {});
  expect((await trailOf(userId)).map(({ outcome }) => outcome)).toEqual(['REFUSED', 'DONE']);
});

test.each([
  ['PENDING', () => pendingFacts()],
  ['FAILED', () => endedFacts('FAILED', 'OUT_OF_STOCK')],
])('a %s order is not refunded, and a repeat gets the same refusal', async (_, make) => {
  const { orderId, userId, status } = (suite().records.facts = make());
  suite().refunds.asked.length = 0;
  const asked = wish(orderId);
  expect(await reasonOf(refundOrder(suite().deps, asked))).toBe('ORDER_NOT_CANCELLABLE');
  expect(await reasonOf(refundOrder(suite().deps, asked))).toBe('ORDER_NOT_CANCELLABLE');
  expect(statusNow()).toBe(status);
  expect(suite().refunds.asked).toHaveLength(1);
  expect(await trailOf(userId)).toMatchObject([{ outcome: 'REFUSED', refusal: { reason: 'ORDER_NOT_CANCELLABLE' } }]);
});

test('support does not refund its own order: nothing changes, and the trail tells that it was tried', async () => {
  const { orderId, userId } = suite().refunds.complete();
  const asked = wish(orderId, { actorId: userId });
  expect(await reasonOf(refundOrder(suite().deps, asked))).toBe('OWN_ORDER');
  expect(await reasonOf(refundOrder(suite().deps, asked))).toBe('OWN_ORDER');
  expect(suite().refunds.asked).toEqual([]);
  expect(statusNow()).toBe('COMPLETED');
  expect(await trailOf(userId)).toMatchObject([
    { actorId: userId, outcome: 'REFUSED', refusal: { code: 'permission_denied', reason: 'OWN_ORDER' } },
  ]);
  await refundOrder(suite().deps, wish(orderId));
  expect(statusNow()).toBe('CANCELLED');
});

describe('a refund of the own order that support asked for in an older process, which let it', () => {
  const cause = 'refunded by support: a broken lamp';

  /** The open entry that such a process has left, and the order that it is about. */
  async function left() {
    const { orderId, userId } = suite().refunds.complete();
    const asked = wish(orderId, { actorId: userId });
    await suite().deps.repository.begin({ ...asked, action: 'order.refund', userId });
    await passTime();
    return { orderId, userId, asked };
  }

  test('ends as done if the order was refunded for it', async () => {
    const { orderId, userId, asked } = await left();
    await suite().refunds.refund({ orderId, cause });
    await finishOpen(suite().deps, {});
    expect(await trailOf(userId)).toMatchObject([{ actorId: userId, outcome: 'DONE' }]);
    expect((await refundOrder(suite().deps, asked)).order.status).toBe('CANCELLED');
    expect(suite().records.facts?.changes).toHaveLength(3);
  });

  test('waits for the refund if the order service has the wish for it, and ends as done', async () => {
    const { userId } = await left();
    const { facts } = suite().records;
    suite().records.facts = facts && { ...facts, nextRefundTime: after(200) };
    suite().refunds.away = unavailable();
    await finishOpen(suite().deps, {});
    expect(await trailOf(userId)).toMatchObject([{ outcome: 'OPEN' }]);
    await finishLater();
    expect(await trailOf(userId)).toMatchObject([{ outcome: 'DONE' }]);
  });

  test('is refused if nothing was wished for, or somebody else has refunded', async () => {
    const unasked = await left();
    await finishOpen(suite().deps, {});
    expect(await trailOf(unasked.userId)).toMatchObject([{ outcome: 'REFUSED', refusal: { reason: 'OWN_ORDER' } }]);
    expect(suite().refunds.asked).toEqual([]);
    expect(statusNow()).toBe('COMPLETED');

    const { orderId, userId } = await left();
    await suite().refunds.refund({ orderId, cause: 'cancelled by the buyer' });
    await finishOpen(suite().deps, {});
    expect(await trailOf(userId)).toMatchObject([{ outcome: 'REFUSED', refusal: { reason: 'OWN_ORDER' } }]);
  });
});

test('an administrator refunds the own order, and the trail shows that actor and buyer are the same', async () => {
  const { orderId, userId } = suite().refunds.complete();
  await refundOrder(suite().deps, wish(orderId, { actorId: userId, actorRole: 'admin' }));
  expect(statusNow()).toBe('CANCELLED');
  expect(await trailOf(userId)).toMatchObject([{ actorId: userId, userId, outcome: 'DONE' }]);
});

test('an unknown order leaves no entry, because it has no buyer', async () => {
  const asked = wish(randomUUID());
  expect(await reasonOf(refundOrder(suite().deps, asked))).toBe('ORDER_NOT_FOUND');
  const filter = { userId: undefined, actorId: asked.actorId, pageSize: 0, pageToken: '' };
  expect((await listTrail(suite().deps, filter)).entries).toEqual([]);
});

test('the same request id with another reason or order is refused; another role of the same actor is not', async () => {
  const { orderId } = suite().refunds.complete();
  const asked = wish(orderId);
  await refundOrder(suite().deps, asked);
  expect(await reasonOf(refundOrder(suite().deps, { ...asked, reason: 'another' }))).toBe('REQUEST_ID_REUSED');
  await refundOrder(suite().deps, { ...asked, actorRole: 'admin' });
  const other = suite().refunds.complete();
  expect(await reasonOf(refundOrder(suite().deps, { ...asked, orderId: other.orderId }))).toBe('REQUEST_ID_REUSED');
  expect(statusNow()).toBe('COMPLETED');
});

test('a process that dies after the entry: the sweep refunds, with the same cause', async () => {
  const { orderId, userId } = suite().refunds.complete();
  suite().refunds.away = unavailable();
  expect(await reasonOf(refundOrder(suite().deps, wish(orderId)))).toBe('REFUND_PENDING');
  expect(await trailOf(userId)).toMatchObject([{ outcome: 'OPEN' }]);
  expect(statusNow()).toBe('COMPLETED');
  suite().refunds.away = undefined;
  await passTime();
  expect(await finishOpen(suite().deps, {})).toBe(1);
  expect(statusNow()).toBe('CANCELLED');
  expect(causeNow()).toBe('refunded by support: a broken lamp');
  expect(await trailOf(userId)).toMatchObject([{ outcome: 'DONE' }]);
});

test('a process that dies after the refund: the sweep ends the entry, and nothing is refunded again', async () => {
  const { orderId, userId } = suite().refunds.complete();
  const asked = wish(orderId);
  suite().refunds.answerLost = unavailable();
  expect(await reasonOf(refundOrder(suite().deps, asked))).toBe('REFUND_PENDING');
  await passTime();
  await finishOpen(suite().deps, {});
  expect(suite().records.facts?.changes).toHaveLength(3);
  expect(await trailOf(userId)).toMatchObject([{ outcome: 'DONE' }]);
  expect((await refundOrder(suite().deps, asked)).order.status).toBe('CANCELLED');
});

test('a refund that takes long does not hold up the other changes that are still open', async () => {
  const { deps, refunds, wallets } = suite();
  const { orderId, userId } = refunds.complete();
  refunds.away = unavailable();
  await reasonOf(refundOrder(deps, wish(orderId)));
  const credit = {
    ...{ actorId: randomUUID(), action: 'wallet.credit' as const, userId: randomUUID(), amount: usd(5n) },
    ...{ reason: 'goodwill', requestId: randomUUID() },
  };
  wallets.answerLost = unavailable();
  await reasonOf(adjustWallet(deps, credit));
  await passTime();
  refunds.away = undefined;
  const gate = Promise.withResolvers<void>();
  refunds.gate = gate.promise;
  // The credit waits for the begin of the refund, so that the order in which they are tried does not matter.
  const begun = async () => refunds.asked.length === 2;
  wallets.gate = eventually('the begin of the refund', begun, Boolean, { withinMs: 20_000 });
  const round = finishOpen(deps, {});
  await expect.poll(() => trailOf(credit.userId), { timeout: 20_000 }).toMatchObject([{ outcome: 'DONE' }]);
  expect(await trailOf(userId)).toMatchObject([{ outcome: 'OPEN' }]);
  gate.resolve();
  expect(await round).toBe(2);
  expect(await trailOf(userId)).toMatchObject([{ outcome: 'DONE' }]);
});

test('a process that does not know the action leaves the entry open', async () => {
  const { orderId, userId } = suite().refunds.complete();
  suite().refunds.away = unavailable();
  await reasonOf(refundOrder(suite().deps, wish(orderId)));
  const [entry] = await trailOf(userId);
  // An older version makes nothing of an action that it does not know, and has no answer to write.
  const ending = suite().database.db.execute(
    sql`update backoffice.audit_trail set outcome = 'DONE', ended_at = now() where id = ${entry?.entryId}`,
  );
  await expect(ending).rejects.toMatchObject({ cause: { constraint: 'audit_trail_answered' } });
  await finishLater();
  expect(await trailOf(userId)).toMatchObject([{ outcome: 'DONE' }]);
});
