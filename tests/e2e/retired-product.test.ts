import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import { admin, buyer, must, owner } from './rpc-matrix/world.ts';

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

test('a product whose currency has changed stays in the cart with its new price, and the checkout says why it is refused', async () => {
  const { accessToken, productId } = await buyer();
  const price = { currencyCode: 'EUR', minorUnits: '90' };
  await must('ProductService/UpdateProduct', { product: { productId, price }, updateMask: 'price' }, await admin());
  const read = async () => (await must('CartService/GetCart', {}, accessToken))['cart'] as { items: object[] };
  const moved = ({ items: [item] }: { items: object[] }) => item !== undefined && 'currentUnitPrice' in item;
  expect((await eventually('the new price', read, moved)).items).toMatchObject([
    {
      available: false,
      unavailableReason: 'CURRENCY_MISMATCH',
      unitPrice: { currencyCode: 'USD', minorUnits: '100' },
      currentUnitPrice: price,
    },
  ]);
  const checkout = must('CheckoutService/StartCheckout', { requestId: randomUUID() }, accessToken);
  await expect(checkout).rejects.toThrow('CURRENCY_MISMATCH');
});
