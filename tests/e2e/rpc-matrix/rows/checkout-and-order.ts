import { randomUUID } from 'node:crypto';
import type { Json } from '../../drivers/driver.ts';
import { as, badId, refusal, type Call, type Refused, type Row } from '../row.ts';
import { buyer, owner, person, refunded, usd } from '../world.ts';

/** A call of a customer for another customer's order, which is answered like a missing one. */
async function strange(request: (orderId: string) => Json): Promise<Call> {
  const [{ orderId }, { accessToken }] = await Promise.all([owner(), person()]);
  return { request: request(orderId), token: accessToken };
}

const ofOrder = async (someone: Promise<{ accessToken: string; orderId: string }>, more: () => Json = () => ({})) => {
  const { accessToken, orderId } = await someone;
  return { request: { orderId, ...more() }, token: accessToken };
};
const missingOrder = (more: () => Json = () => ({})): [() => Promise<Refused>, () => Promise<Refused>] => [
  () => refusal(as(person(), { orderId: randomUUID(), ...more() }), 404, 'ORDER_NOT_FOUND'),
  () =>
    refusal(
      strange((orderId) => ({ orderId, ...more() })),
      404,
      'ORDER_NOT_FOUND',
    ),
];
const requestId = () => ({ requestId: randomUUID() });

export const checkouts: Readonly<Record<string, Row>> = {
  'CheckoutService/StartCheckout': {
    success: () => as(buyer(), { requestId: randomUUID(), wait: '8s', expectedTotal: usd(100) }),
    refused: [
      () => refusal(as(person(), requestId()), 400, 'CART_EMPTY'),
      () => refusal(as(buyer(), { ...requestId(), expectedTotal: usd(99) }), 400, 'PRICE_CHANGED'),
    ],
    invalid: { requestId: 'no-uuid', wait: '9s' },
    fields: ['request_id', 'wait'],
  },
  'CheckoutService/GetCheckout': {
    success: () => ofOrder(owner()),
    refused: missingOrder(),
    ...badId('orderId', 'order_id'),
  },
  'CheckoutService/GetCheckoutProgress': {
    success: () => ofOrder(owner()),
    refused: missingOrder(),
    ...badId('orderId', 'order_id'),
  },
  'CheckoutService/WatchCheckout': {
    success: () => ofOrder(owner()),
    refused: missingOrder(),
    ...badId('orderId', 'order_id'),
  },
  'CheckoutService/CancelCheckout': {
    success: () => ofOrder(refunded()),
    refused: [...missingOrder(), async () => refusal(ofOrder(owner()), 400, 'ORDER_NOT_CANCELLABLE')],
    ...badId('orderId', 'order_id'),
  },
};

export const orders: Readonly<Record<string, Row>> = {
  'OrderService/GetOrder': {
    success: () => ofOrder(owner()),
    refused: missingOrder(),
    ...badId('orderId', 'order_id'),
  },
  'OrderService/ListOrders': {
    success: () => as(owner(), { status: 'ORDER_STATUS_COMPLETED', pageSize: 1 }),
    refused: [() => refusal(as(person(), { pageToken: 'nonsense' }), 400, 'PAGE_TOKEN_INVALID')],
    invalid: { pageSize: -1 },
    fields: ['page_size'],
  },
  'OrderService/CancelOrder': {
    success: () => ofOrder(owner(), requestId),
    refused: missingOrder(requestId),
    invalid: { orderId: 'no-uuid', requestId: 'no-uuid' },
    fields: ['order_id', 'request_id'],
  },
  'OrderService/WatchOrder': {
    success: () => ofOrder(owner()),
    refused: missingOrder(),
    ...badId('orderId', 'order_id'),
  },
  'OrderService/GetOrderHistory': {
    success: () => ofOrder(owner()),
    refused: missingOrder(),
    ...badId('orderId', 'order_id'),
  },
};
