import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { OrderSchema, OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { told } from './browser/states.ts';

test('why an order failed is one sentence with its state', () => {
  const failure = { reason: 'INSUFFICIENT_FUNDS', message: 'the wallet has too little' };
  const order = create(OrderSchema, { status: OrderStatus.FAILED, failure });
  expect(told(order)).toBe('The order is FAILED: the wallet has too little (INSUFFICIENT_FUNDS).');
  expect(told(create(OrderSchema, { status: OrderStatus.COMPLETED }))).toBe('The order is COMPLETED.');
});
