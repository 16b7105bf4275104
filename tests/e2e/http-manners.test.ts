import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { send, signUp } from './http.ts';

let token = '';
let productId = '';
beforeAll(async () => {
  token = (await signUp()).accessToken;
  const list = await send('GET /api/v1/products?category=Garden&inStock=true&orderBy=price&pageSize=1');
  productId = (list.json as { products: { productId: string }[] }).products[0]?.productId ?? '';
});

describe('Idempotency-Key', () => {
  const add = (key: string, quantity: number) =>
    send('POST /api/v1/cart/items', { token, headers: { 'idempotency-key': key }, body: { productId, quantity } });

  test('adds to the cart once, and a repeat gets the first answer', async () => {
    const key = randomUUID();
    const first = await add(key, 2);
    expect(first.json).toMatchObject({ cart: { items: [{ productId, quantity: 2 }] } });
    const other = await add(randomUUID(), 1);
    expect(other.json).toMatchObject({ cart: { items: [{ productId, quantity: 3 }] } });
    expect((await add(key, 2)).json).toEqual(first.json);
    expect((await send('GET /api/v1/cart', { token })).json).toMatchObject({ cart: { items: [{ quantity: 3 }] } });
    expect((await add(key, 3)).is).toBe('400 REQUEST_ID_REUSED');
  });

  test('that is not a UUID is refused', async () => {
    expect((await add('once', 1)).is).toBe('400 VALIDATION_FAILED');
    expect((await add('', 1)).is).toBe('400 MALFORMED_REQUEST');
  });
});

describe('JSON over Connect', () => {
  const call = (method: string, body: unknown) =>
    send(`POST /ecommerce.wallet.v1.WalletService/${method}`, { token, body });

  test('has the rules of REST', async () => {
    for (const body of [{ type: 'REFUND' }, { pageSize: '0x10' }, { order_by: 'type' }]) {
      const { status, text } = await call('ListTransactions', body);
      expect([status, text], JSON.stringify(body)).toEqual([400, expect.stringContaining('MALFORMED_REQUEST')]);
    }
    for (const minorUnits of ['0x10', ' 5', '1e1', '+5', '017']) {
      const { status } = await call('TopUp', { amount: { currencyCode: 'USD', minorUnits }, requestId: randomUUID() });
      expect(status, minorUnits).toBe(400);
    }
  });
});
