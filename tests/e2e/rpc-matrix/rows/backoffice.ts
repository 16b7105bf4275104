import { randomUUID } from 'node:crypto';
import { asAdmin, asSupport, refusal, type Row } from '../row.ts';
import { admin, must, owner, person, poor, refunded, rich, usd } from '../world.ts';

async function userIdOf(someone: Promise<{ readonly accessToken: string }>): Promise<string> {
  const { user } = await must('AuthService/GetMe', {}, (await someone).accessToken);
  return (user as { readonly userId: string }).userId;
}

const change = async (someone: Promise<{ readonly accessToken: string }>, minorUnits: number) => ({
  ...{ userId: await userIdOf(someone), amount: usd(minorUnits), reason: 'goodwill', requestId: randomUUID() },
});
const invalid = {
  invalid: { userId: 'no-uuid', amount: usd(0), reason: '', requestId: '' },
  fields: ['user_id', 'amount', 'reason', 'request_id'],
};
const newRole = async (someone: Promise<{ readonly accessToken: string }>) => ({
  ...{ userId: await userIdOf(someone), role: 'support', reason: 'joins the support team', requestId: randomUUID() },
});
const invalidRole = {
  invalid: { userId: 'no-uuid', role: 'customer', reason: '', requestId: '' },
  fields: ['user_id', 'role', 'reason', 'request_id'],
};
const nobodyThere = async () =>
  refusal(asAdmin({ ...(await newRole(person())), userId: randomUUID() }), 404, 'USER_NOT_FOUND');
const ownRole = async () =>
  refusal(
    asAdmin({ ...(await newRole(admin().then((accessToken) => ({ accessToken })))), role: 'admin' }),
    400,
    'OWN_ROLE',
  );
const aDay = '2026-01-01T00:00:00Z';
const refundOf = async (someone: Promise<{ readonly orderId: string }>) => ({
  ...{ orderId: (await someone).orderId, reason: 'a broken lamp', requestId: randomUUID() },
});
const noWallet = async () => refusal(asAdmin(await change(person(), 1)), 404, 'WALLET_NOT_FOUND');

export const backoffice: Readonly<Record<string, Row>> = {
  'AdminService/CreditWallet': {
    success: async () => asAdmin(await change(rich(), 100)),
    refused: [noWallet],
    ...invalid,
  },
  'AdminService/DebitWallet': {
    success: async () => asAdmin(await change(rich(), 1)),
    refused: [noWallet, async () => refusal(asAdmin(await change(rich(), 99_999_999_999)), 400, 'INSUFFICIENT_FUNDS')],
    ...invalid,
  },
  'AdminService/GrantRole': {
    success: async () => asAdmin(await newRole(person())),
    refused: [nobodyThere],
    ...invalidRole,
  },
  'AdminService/RevokeRole': {
    success: async () => asAdmin(await newRole(person())),
    refused: [nobodyThere, ownRole],
    ...invalidRole,
  },
  'AdminService/ListOrders': {
    success: async () =>
      asSupport({ userId: await userIdOf(person()), status: 'ORDER_STATUS_FAILED', createTimeFrom: aDay, pageSize: 1 }),
    refused: [() => refusal(asSupport({ pageToken: 'nonsense' }), 400, 'PAGE_TOKEN_INVALID')],
    invalid: { userId: 'no-uuid', pageSize: -1 },
    fields: ['user_id', 'page_size'],
  },
  'AdminService/GetOrder': {
    success: async () => asSupport({ orderId: (await owner()).orderId }),
    refused: [() => refusal(asSupport({ orderId: randomUUID() }), 404, 'ORDER_NOT_FOUND')],
    invalid: { orderId: 'no-uuid' },
    fields: ['order_id'],
  },
  'AdminService/GetWallet': {
    success: async () => asSupport({ userId: await userIdOf(rich()) }),
    refused: [async () => refusal(asSupport({ userId: await userIdOf(person()) }), 404, 'WALLET_NOT_FOUND')],
    invalid: { userId: 'no-uuid' },
    fields: ['user_id'],
  },
  'AdminService/RefundOrder': {
    success: async () => asSupport(await refundOf(owner())),
    refused: [
      async () =>
        refusal(asSupport(await refundOf(Promise.resolve({ orderId: randomUUID() }))), 404, 'ORDER_NOT_FOUND'),
      async () => refusal(asSupport(await refundOf(poor())), 400, 'ORDER_NOT_CANCELLABLE'),
    ],
    invalid: { orderId: 'no-uuid', reason: '', requestId: '' },
    fields: ['order_id', 'reason', 'request_id'],
  },
  'AdminService/ExplainOrder': {
    success: async () => asSupport({ orderId: (await refunded()).orderId }),
    refused: [() => refusal(asAdmin({ orderId: randomUUID() }), 404, 'ORDER_NOT_FOUND')],
    invalid: { orderId: 'no-uuid' },
    fields: ['order_id'],
  },
  'AdminService/ListAuditTrail': {
    success: () => asAdmin({ pageSize: 1 }),
    refused: [() => refusal(asAdmin({ pageToken: 'nonsense' }), 400, 'PAGE_TOKEN_INVALID')],
    invalid: { userId: 'no-uuid', pageSize: -1 },
    fields: ['user_id', 'page_size'],
  },
  'AdminService/FindUsers': {
    success: () => asSupport({ email: 'demo@example.com' }),
    refused: { because: 'an unknown address is an empty list' },
    invalid: { email: '' },
    fields: ['email'],
  },
  'AdminService/GetUser': {
    success: async () => asSupport({ userId: await userIdOf(person()) }),
    refused: [() => refusal(asAdmin({ userId: randomUUID() }), 404, 'USER_NOT_FOUND')],
    invalid: { userId: 'no-uuid' },
    fields: ['user_id'],
  },
};
