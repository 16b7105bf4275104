import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import { admin, must, owner } from './rpc-matrix/world.ts';

interface Order {
  readonly status: string;
  readonly items: readonly { readonly name: string; readonly unitPrice: unknown }[];
}

test('the orders of a deleted product still show it and can be refunded', async () => {
  const { accessToken, orderId, productId } = await owner();
  await must('CartService/AddItem', { productId, quantity: 1 }, accessToken);
  await must('ProductService/DeleteProduct', { productId }, await admin());

  // Another process than the one that deleted it may answer, from a catalog that is less than a second old.
  const gone = () => expect(must('ProductService/GetProduct', { productId })).rejects.toThrow('PRODUCT_NOT_FOUND');
  await eventually('the deletion', gone);
  const read = async () => (await must('OrderService/GetOrder', { orderId }, accessToken))['order'] as Order;
  const item = { name: 'A thing to test with', unitPrice: { currencyCode: 'USD', minorUnits: '100' } };
  expect(await read()).toMatchObject({ status: 'ORDER_STATUS_COMPLETED', items: [item] });
  const { cart } = await must('CartService/GetCart', {}, accessToken);
  expect(cart).toMatchObject({ items: [{ name: 'A thing to test with', available: false }] });
  await expect(must('CartService/AddItem', { productId, quantity: 1 }, accessToken)).rejects.toThrow('NOT_FOUND');

  await must('OrderService/CancelOrder', { orderId, requestId: randomUUID() }, accessToken);
  await eventually('the refund', read, ({ status }) => status === 'ORDER_STATUS_CANCELLED');
  const { changes } = await must('OrderService/GetOrderHistory', { orderId }, accessToken);
  expect(changes).toMatchObject([
    { status: 'ORDER_STATUS_PENDING' },
    { status: 'ORDER_STATUS_COMPLETED' },
    { status: 'ORDER_STATUS_CANCELLED', cause: expect.stringContaining('cancelled') },
  ]);
  const { transactions } = await must('WalletService/ListTransactions', { orderId }, accessToken);
  expect(transactions).toMatchObject([
    { type: 'TRANSACTION_TYPE_REFUND', amount: { minorUnits: '100' }, balanceAfter: { minorUnits: '1000' } },
    { type: 'TRANSACTION_TYPE_CAPTURE', amount: { minorUnits: '-100' }, balanceAfter: { minorUnits: '900' } },
  ]);
});
