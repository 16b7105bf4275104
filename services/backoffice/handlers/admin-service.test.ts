import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { AuditOutcome } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { TransactionType } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { refusal } from '../../../platform/testing/refusal.ts';
import { after } from '../testing/order-records.ts';
import { usd, useBackofficeSuite } from '../testing/suite.ts';

const suite = useBackofficeSuite();

const request = (userId: string, minorUnits: bigint) => ({
  ...{ userId, amount: usd(minorUnits), reason: 'goodwill', requestId: randomUUID() },
});

test('an administrator credits, debits, and reads both in the trail', async () => {
  const actorId = randomUUID();
  const userId = randomUUID();
  const admin = suite().as(actorId);
  const credited = await admin.creditWallet(request(userId, 700n));
  expect(credited).toMatchObject({
    wallet: { balance: usd(700n), available: usd(700n) },
    transaction: { type: TransactionType.CREDIT, amount: usd(700n), balanceAfter: usd(700n) },
  });
  const debited = await admin.debitWallet(request(userId.toUpperCase(), 200n));
  expect(debited).toMatchObject({ transaction: { type: TransactionType.DEBIT, amount: usd(-200n) } });
  const { entries } = await admin.listAuditTrail({ userId });
  expect(entries).toMatchObject([
    { entryId: debited.entryId, action: 'wallet.debit', amount: usd(200n), outcome: AuditOutcome.DONE },
    { entryId: credited.entryId, action: 'wallet.credit', actorId, userId, reason: 'goodwill', refusal: '' },
  ]);
});

test('an entry tells by which role and with which program; a repeat does not change that', async () => {
  const { orderId, userId } = suite().refunds.complete();
  const asked = { orderId, reason: 'a broken lamp', requestId: randomUUID() };
  const support = suite().as(randomUUID(), ['customer', 'support']);
  await support.refundOrder(asked, { headers: { 'user-agent': `desk/1 (ops@laptop)${'x'.repeat(300)}` } });
  const { entryId } = await support.refundOrder(asked, { headers: { 'user-agent': 'another/2' } });
  const admin = suite().as(randomUUID());
  await admin.creditWallet(request(userId, 700n));
  const { entries } = await admin.listAuditTrail({ userId });
  expect(entries).toMatchObject([
    { action: 'wallet.credit', actorRole: 'admin' },
    { entryId, actorRole: 'support', actorName: '' },
  ]);
  expect(entries[1]?.userAgent).toMatch(/^desk\/1 \(ops@laptop\)x+$/);
  expect(entries[1]?.userAgent).toHaveLength(256);
});

test('a refusal reaches the administrator and the trail', async () => {
  const userId = randomUUID();
  const admin = suite().as(randomUUID());
  expect(await refusal(admin.debitWallet(request(userId, 1n)))).toBe('failed_precondition INSUFFICIENT_FUNDS');
  const { entries } = await admin.listAuditTrail({ userId });
  expect(entries).toMatchObject([{ outcome: AuditOutcome.REFUSED, refusal: 'INSUFFICIENT_FUNDS' }]);
});

test('nobody but an administrator gets in', async () => {
  const asked = request(randomUUID(), 1n);
  expect(await refusal(suite().as().creditWallet(asked))).toBe('unauthenticated TOKEN_INVALID');
  expect(await refusal(suite().as(randomUUID(), ['customer']).creditWallet(asked))).toBe(
    'permission_denied ADMIN_REQUIRED',
  );
});

test('a change without a reason, or of nothing, is refused', async () => {
  const admin = suite().as(randomUUID());
  const asked = request(randomUUID(), 1n);
  for (const wrong of [{ reason: '' }, { reason: '   ' }, { amount: usd(0n) }, { amount: usd(-5n) }, { requestId: '' }])
    expect(await refusal(admin.creditWallet({ ...asked, ...wrong }))).toBe('invalid_argument VALIDATION_FAILED');
});

test.each([
  [['customer', 'support'], 'refunded by support: a broken lamp'],
  [['customer', 'support', 'admin'], 'refunded by an administrator: a broken lamp'],
])('%s refund an order, and the history and the trail tell it', async (roles, cause) => {
  const { orderId, userId } = suite().refunds.complete();
  const asked = { orderId: orderId.toUpperCase(), reason: 'a broken lamp', requestId: randomUUID() };
  const { order, entryId } = await suite().as(randomUUID(), roles).refundOrder(asked);
  expect(order).toMatchObject({ orderId, userId, status: OrderStatus.CANCELLED, total: usd(1500n) });
  expect(order?.items[1]).toMatchObject({ name: 'Bulb', quantity: 2, lineTotal: usd(500n) });
  expect(suite().refunds.asked).toEqual([{ orderId, cause }]);
  const { entries } = await suite().as(randomUUID()).listAuditTrail({ userId });
  expect(entries).toMatchObject([{ entryId, action: 'order.refund', orderId, outcome: AuditOutcome.DONE, role: '' }]);
  expect(entries[0]?.amount).toBeUndefined();
});

test('support lists orders by every filter, and reads one', async () => {
  const { orderId, userId } = suite().refunds.complete();
  const support = suite().as(randomUUID(), ['customer', 'support']);
  const createTimeFrom = timestampFromDate(after(-1));
  const createTimeTo = timestampFromDate(after(1));
  const page = { pageSize: 7, pageToken: 'a page' };
  const filter = { userId: userId.toUpperCase(), status: OrderStatus.COMPLETED, createTimeFrom, createTimeTo };
  const { orders, nextPageToken } = await support.listOrders({ ...filter, ...page });
  expect(orders).toMatchObject([{ orderId, userId, status: OrderStatus.COMPLETED, total: usd(1500n) }]);
  expect(nextPageToken).toBe('the next');
  expect(suite().records.searched).toMatchObject({ ...filter, ...page, userId });
  expect((await support.listOrders({ status: OrderStatus.FAILED })).orders).toEqual([]);
  // Postgres and Date know no such year, and only binary requests can have it.
  const farAway = { seconds: 255_190_591_600n, nanos: 0 };
  expect(await refusal(support.listOrders({ createTimeTo: farAway }))).toBe('invalid_argument VALIDATION_FAILED');
  expect((await support.getOrder({ orderId: orderId.toUpperCase() })).order).toMatchObject({ orderId, userId });
  expect(await refusal(support.getOrder({ orderId: randomUUID() }))).toBe('not_found ORDER_NOT_FOUND');
});

test('support reads a wallet with its last transactions', async () => {
  const userId = randomUUID();
  const admin = suite().as(randomUUID());
  await admin.creditWallet(request(userId, 700n));
  await admin.debitWallet(request(userId, 200n));
  const support = suite().as(randomUUID(), ['customer', 'support']);
  const { wallet, transactions } = await support.getWallet({ userId: userId.toUpperCase() });
  expect(wallet).toMatchObject({ currencyCode: 'USD', balance: usd(500n), held: usd(0n), available: usd(500n) });
  expect(transactions).toMatchObject([
    { type: TransactionType.DEBIT, amount: usd(-200n), balanceAfter: usd(500n) },
    { type: TransactionType.CREDIT, amount: usd(700n), balanceAfter: usd(700n) },
  ]);
  expect(await refusal(support.getWallet({ userId: randomUUID() }))).toBe('not_found WALLET_NOT_FOUND');
});

test('a customer reads no order and no wallet here', async () => {
  const { orderId, userId } = suite().refunds.complete();
  const customer = suite().as(userId, ['customer']);
  const calls = [customer.listOrders({}), customer.getOrder({ orderId }), customer.getWallet({ userId })];
  expect(new Set(await Promise.all(calls.map(refusal)))).toEqual(new Set(['permission_denied SUPPORT_REQUIRED']));
});

test('a buyer refunds nothing, and a refund without a reason is refused', async () => {
  const { orderId } = suite().refunds.complete();
  const asked = { orderId, reason: 'a broken lamp', requestId: randomUUID() };
  expect(await refusal(suite().as(randomUUID(), ['customer']).refundOrder(asked))).toBe(
    'permission_denied SUPPORT_REQUIRED',
  );
  for (const wrong of [{ reason: '  ' }, { reason: 'x'.repeat(401) }, { requestId: '' }, { orderId: 'x' }])
    expect(
      await refusal(
        suite()
          .as(randomUUID())
          .refundOrder({ ...asked, ...wrong }),
      ),
    ).toBe('invalid_argument VALIDATION_FAILED');
  expect(suite().refunds.asked).toEqual([]);
});

test('support and administrators find a user by email address and by id', async () => {
  const user = suite().users.add();
  for (const role of ['support', 'admin']) {
    const client = suite().as(randomUUID(), ['customer', role]);
    expect((await client.findUsers({ email: user.email.toUpperCase() })).users).toMatchObject([
      { userId: user.userId, email: user.email, roles: ['customer'] },
    ]);
    expect((await client.getUser({ userId: user.userId.toUpperCase() })).user?.email).toBe(user.email);
    expect((await client.findUsers({ email: 'nobody@example.com' })).users).toEqual([]);
    expect(await refusal(client.getUser({ userId: randomUUID() }))).toBe('not_found USER_NOT_FOUND');
  }
});

test('an administrator grants and revokes a role, and reads both in the trail', async () => {
  const { userId } = suite().users.add();
  const admin = suite().as(randomUUID());
  const asked = () => ({
    userId: userId.toUpperCase(),
    role: 'support',
    reason: 'a new hand',
    requestId: randomUUID(),
  });
  expect((await admin.grantRole(asked())).roles).toEqual(['customer', 'support']);
  expect((await admin.revokeRole(asked())).roles).toEqual(['customer']);
  expect(await refusal(admin.grantRole({ ...asked(), role: 'customer' }))).toBe('invalid_argument VALIDATION_FAILED');
  const { entries } = await admin.listAuditTrail({ userId });
  expect(entries).toMatchObject([
    { action: 'user.revoke-role', role: 'support', outcome: AuditOutcome.DONE },
    { action: 'user.grant-role', role: 'support', reason: 'a new hand' },
  ]);
  expect(entries[0]?.amount).toBeUndefined();
});

test('support neither moves money nor reads the audit trail, and a customer looks nobody up', async () => {
  const support = suite().as(randomUUID(), ['customer', 'support']);
  const asked = request(randomUUID(), 1n);
  const role = { userId: asked.userId, role: 'admin', reason: 'goodwill', requestId: randomUUID() };
  const forAdmins = [
    ...[support.creditWallet(asked), support.debitWallet(asked), support.listAuditTrail({})],
    ...[support.grantRole(role), support.revokeRole(role)],
  ];
  expect(new Set(await Promise.all(forAdmins.map(refusal)))).toEqual(new Set(['permission_denied ADMIN_REQUIRED']));
  const customer = suite().as(randomUUID(), ['customer']);
  const forSupport = [customer.findUsers({ email: 'a@example.com' }), customer.getUser({ userId: randomUUID() })];
  expect(new Set(await Promise.all(forSupport.map(refusal)))).toEqual(new Set(['permission_denied SUPPORT_REQUIRED']));
});
