import { randomUUID } from 'node:crypto';
import type { Json } from '../../drivers/driver.ts';
import { as, badId, noFields, nobody, refusal, type Row } from '../row.ts';
import { buyer, person, product, rich, usd } from '../world.ts';

const noWallet = (request: Json = {}) => refusal(as(person(), request), 404, 'WALLET_NOT_FOUND');
const topUp = (minorUnits: number) => ({ amount: usd(minorUnits), requestId: randomUUID() });

export const wallets: Readonly<Record<string, Row>> = {
  'WalletService/CreateWallet': {
    success: () => as(person(), { currencyCode: 'EUR' }),
    refused: [() => refusal(as(rich()), 409, 'WALLET_EXISTS')],
    invalid: { currencyCode: 'dollars' },
    fields: ['currency_code'],
  },
  'WalletService/GetWallet': { success: () => as(rich()), refused: [() => noWallet()], ...noFields },
  'WalletService/TopUp': {
    success: () => as(rich(), topUp(100)),
    refused: [
      () => noWallet(topUp(100)),
      () =>
        refusal(
          as(rich(), { amount: { currencyCode: 'EUR', minorUnits: '1' }, requestId: randomUUID() }),
          400,
          'CURRENCY_MISMATCH',
        ),
    ],
    invalid: { amount: usd(0), requestId: '' },
    fields: ['amount', 'request_id'],
  },
  'WalletService/ListTransactions': {
    success: () => as(rich(), { type: 'TRANSACTION_TYPE_TOP_UP' }),
    refused: [() => noWallet()],
    invalid: { orderId: 'no-uuid', pageSize: -1 },
    fields: ['order_id', 'page_size'],
  },
};

export const carts: Readonly<Record<string, Row>> = {
  'CartService/GetCart': {
    success: () => as(person()),
    refused: nobody('every user has a cart, perhaps an empty one'),
    ...noFields,
  },
  'CartService/AddItem': {
    success: async () => as(person(), { productId: (await product()).productId, quantity: 2 }),
    refused: [() => refusal(as(person(), { productId: randomUUID(), quantity: 1 }), 404, 'PRODUCT_NOT_FOUND')],
    ...badId('productId', 'product_id', { quantity: 1 }),
  },
  'CartService/SetItemQuantity': {
    success: async () => {
      const { productId, accessToken } = await buyer();
      return { request: { productId, quantity: 3 }, token: accessToken };
    },
    refused: [() => refusal(as(person(), { productId: randomUUID(), quantity: 1 }), 404, 'CART_ITEM_NOT_FOUND')],
    invalid: { productId: 'no-uuid', quantity: 101 },
    fields: ['product_id', 'quantity'],
  },
  'CartService/RemoveItem': {
    success: async () => {
      const { productId, accessToken } = await buyer();
      return { request: { productId }, token: accessToken };
    },
    refused: [() => refusal(as(person(), { productId: randomUUID() }), 404, 'CART_ITEM_NOT_FOUND')],
    ...badId('productId', 'product_id'),
  },
  'CartService/ClearCart': {
    success: () => as(buyer()),
    refused: nobody('the cart is the caller’s own, and may be empty'),
    ...noFields,
  },
};
