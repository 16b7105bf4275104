/** What a person with a role of the shop may still do with an access token, and what nobody may do alone. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Json } from './drivers/driver.ts';
import { callConnect, nameOf, publicMethods } from './drivers/wire.ts';
import { restDriver } from './drivers/rest.ts';
import { product } from './rpc-matrix/world.ts';
import { admin, customerWithOrder } from './shop.ts';

type Shopper = Awaited<ReturnType<typeof admin>>;

/** `200`, or status and reason of the refusal. */
async function answerOf(name: string, request: Json, { tokens }: Shopper): Promise<string> {
  const method = publicMethods.find((each) => nameOf(each) === name);
  if (method === undefined) throw new Error(`the public contract has no RPC ${name}`);
  const { status, reason } = await callConnect(method, request, tokens.accessToken);
  return [status, ...(reason === '' ? [] : [reason])].join(' ');
}

const roleOf = (userId: string, role: string) => ({ userId, role, reason: 'for a test', requestId: randomUUID() });
const refundOf = (orderId: string) => ({ orderId, reason: 'a broken lamp', requestId: randomUUID() });

/** A customer with a completed order, who then gets the role and signs in again. */
async function staff(shopkeeper: Shopper, role: string) {
  const { customer, orderId } = await customerWithOrder(restDriver());
  const { userId } = await customer.me();
  expect(await answerOf('AdminService/GrantRole', roleOf(userId, role), shopkeeper)).toBe('200');
  await customer.signIn();
  return { person: customer, userId, orderId };
}

test.each([
  ['support', '403 SUPPORT_REQUIRED'],
  ['admin', '403 ADMIN_REQUIRED'],
])('the role %s that was taken is gone at once, although the access token still has it', async (role, refused) => {
  const shopkeeper = await admin(restDriver());
  const { person, userId, orderId } = await staff(shopkeeper, role);
  const { orderId: another } = await customerWithOrder(restDriver());
  const call = role === 'admin' ? 'AdminService/ListAuditTrail' : 'AdminService/GetOrder';
  const request = role === 'admin' ? { pageSize: 1 } : { orderId };
  expect(await answerOf(call, request, person)).toBe('200');
  expect(await answerOf('AdminService/RevokeRole', roleOf(userId, role), shopkeeper)).toBe('200');
  expect(await answerOf(call, request, person)).toBe(refused);
  expect(await answerOf('AdminService/RefundOrder', refundOf(another), person)).toBe('403 SUPPORT_REQUIRED');
  // The token itself is valid as before, for what a customer may do.
  expect(await answerOf('OrderService/GetOrder', { orderId }, person)).toBe('200');
});

test('an administrator whose role was taken changes no product, although the access token still has it', async () => {
  const shopkeeper = await admin(restDriver());
  const { person, userId } = await staff(shopkeeper, 'admin');
  const { productId } = await product();
  const adjust = (who: Shopper) =>
    answerOf('ProductService/AdjustStock', { productId, delta: 1, requestId: randomUUID() }, who);
  expect(await adjust(person)).toBe('200');
  expect(await answerOf('AdminService/RevokeRole', roleOf(userId, 'admin'), shopkeeper)).toBe('200');
  expect(await adjust(person)).toBe('403 ADMIN_REQUIRED');
  expect(await adjust(shopkeeper)).toBe('200');
});

describe('a refund of the own order', () => {
  test('needs somebody else, if support asks for it', async () => {
    const shopkeeper = await admin(restDriver());
    const { person, orderId } = await staff(shopkeeper, 'support');
    expect(await answerOf('AdminService/RefundOrder', refundOf(orderId), person)).toBe('403 OWN_ORDER');
    expect((await person.order(orderId)).status).toBe('ORDER_STATUS_COMPLETED');
    const { person: colleague } = await staff(shopkeeper, 'support');
    expect(await answerOf('AdminService/RefundOrder', refundOf(orderId), colleague)).toBe('200');
  });

  test('is made for an administrator', async () => {
    const { person, orderId } = await staff(await admin(restDriver()), 'admin');
    expect(await answerOf('AdminService/RefundOrder', refundOf(orderId), person)).toBe('200');
  });
});

test.each([
  ['no-break spaces', '\u00A0\u00A0\u00A0'],
  ['zero-width spaces', '\u200B\u200B\u200B'],
])('a reason of %s is no reason', async (_, reason) => {
  const shopkeeper = await admin(restDriver());
  const { customer, orderId } = await customerWithOrder(restDriver());
  const { userId } = await customer.me();
  const amount = { currencyCode: 'USD', minorUnits: '1' };
  const requestId = randomUUID();
  for (const [call, request] of [
    ['CreditWallet', { userId, amount, reason, requestId }],
    ['GrantRole', { userId, role: 'support', reason, requestId }],
    ['RefundOrder', { orderId, reason, requestId }],
  ] as const)
    expect(await answerOf(`AdminService/${call}`, request, shopkeeper), call).toBe('400 VALIDATION_FAILED');
});
