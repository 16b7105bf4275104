import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { ReserveLineSchema, ReserveRequestSchema } from '../../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import {
  AdjustStockRequestSchema,
  BatchGetProductsRequestSchema,
} from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { MoneySchema } from '../../../proto/gen/ecommerce/type/v1/money_pb.ts';
import { createCheck } from './validation.ts';

const check = createCheck();
const id = '0d8f8a32-5d0b-4a5e-9b56-0f8e5b1f7a10';
const capitals = id.toUpperCase();

test('the ids of a request are in small letters behind the check, and its other texts are as they were sent', () => {
  const request = { productId: capitals, requestId: capitals, delta: 1, note: 'Delivery A' };
  const message = create(AdjustStockRequestSchema, request);
  check(AdjustStockRequestSchema, message);
  expect(message).toMatchObject({ ...request, productId: id, requestId: id });
});

test('so are those in a list and in a message within it', () => {
  const batch = create(BatchGetProductsRequestSchema, { productIds: [id, capitals] });
  check(BatchGetProductsRequestSchema, batch);
  expect(batch.productIds).toEqual([id, id]);
  const unitPrice = create(MoneySchema, { currencyCode: 'USD', minorUnits: 1n });
  const lines = [create(ReserveLineSchema, { productId: capitals, quantity: 1, unitPrice })];
  const reserve = create(ReserveRequestSchema, { orderId: capitals, lines, ttlSeconds: 60 });
  check(ReserveRequestSchema, reserve);
  expect(reserve).toMatchObject({ orderId: id, lines: [{ productId: id }] });
});
