import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { setting } from '../../testkit/stack/stack.ts';
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

describe('If-Match', () => {
  let admin = '';
  beforeAll(async () => {
    const body = { email: setting('ADMIN_EMAIL'), password: setting('ADMIN_PASSWORD') };
    const { json } = await send('POST /api/v1/auth/login', { body });
    admin = (json as { tokens: { accessToken: string } }).tokens.accessToken;
  });

  async function newProduct(): Promise<{ readonly path: string; readonly etag: string }> {
    const product = { sku: randomUUID(), name: 'kettle', price: { currencyCode: 'USD', minorUnits: '1999' } };
    const { json } = await send('POST /api/v1/products', { token: admin, body: { product, requestId: randomUUID() } });
    const made = (json as { product: { productId: string; etag: string } }).product;
    return { path: `/api/v1/products/${made.productId}`, etag: made.etag };
  }
  const rename = (path: string, ifMatch: string, name: string) =>
    send(`PATCH ${path}`, {
      token: admin,
      headers: { 'if-match': ifMatch },
      body: { product: { name }, updateMask: 'name' },
    });

  test('changes and removes a product that is as it was read, and answers 412 otherwise', async () => {
    const { path, etag } = await newProduct();
    const read = await send(`GET ${path}`);
    expect(read.headers.etag).toMatch(/^"[^"]+"$/);
    const changed = await rename(path, read.headers.etag ?? '', 'tea kettle');
    expect([changed.status, changed.headers.etag]).toEqual([200, expect.stringMatching(/^"[^"]+"$/)]);
    for (const stale of [read.headers.etag ?? '', `"${etag}"`, `W/${changed.headers.etag}`]) {
      expect((await rename(path, stale, 'lost update')).is, stale).toBe('412 ETAG_MISMATCH');
    }
    expect((await send(`DELETE ${path}`, { token: admin, headers: { 'if-match': `"${etag}"` } })).is).toBe(
      '412 ETAG_MISMATCH',
    );
    const list = `"${etag}", ${changed.headers.etag}`;
    expect((await send(`DELETE ${path}`, { token: admin, headers: { 'if-match': list } })).status).toBe(200);
    expect((await rename(path, '*', 'gone')).is).toBe('404 PRODUCT_NOT_FOUND');
  });

  test('counts the details only: the ETag changes with the stock, and an update is not refused for that', async () => {
    const { path } = await newProduct();
    const before = (await send(`GET ${path}`)).headers.etag ?? '';
    const body = { delta: 5, requestId: randomUUID() };
    expect((await send(`POST ${path}:adjustStock`, { token: admin, body })).status).toBe(200);
    await expect.poll(async () => (await send(`GET ${path}`)).headers.etag).not.toBe(before);
    expect((await send(`GET ${path}`, { headers: { 'if-none-match': before } })).status).toBe(200);
    expect((await rename(path, before, 'renamed')).status).toBe(200);
  });
});

describe('what generic clients and gateways send', () => {
  const getWallet = '/ecommerce.wallet.v1.WalletService/GetWallet';

  test('a Connect GET with personal data must not be kept', async () => {
    const { headers } = await send(
      `GET /ecommerce.cart.v1.CartService/GetCart?connect=v1&encoding=json&message=${encodeURIComponent('{}')}`,
      { token },
    );
    expect(headers['cache-control']).toBe('no-store');
  });

  test('a wrong method of an RPC path gets Allow', async () => {
    const { status, headers, text } = await send(`DELETE ${getWallet}`, { token });
    expect([status, headers.allow]).toEqual([405, 'GET, OPTIONS, POST']);
    expect(text).toContain('METHOD_NOT_ALLOWED');
  });

  test.each(['application/json;', 'application/json; charset=utf8', 'Application/JSON; Charset="UTF-8"'])(
    'the content type %s is JSON',
    async (type) => {
      const call = { token, headers: { 'content-type': type }, body: { productId, quantity: 1 } };
      expect((await send('POST /api/v1/cart/items', call)).status).toBe(200);
      expect((await send('POST /ecommerce.cart.v1.CartService/AddItem', call)).status).toBe(200);
    },
  );

  test('an empty query parameter counts as not sent', async () => {
    expect((await send('GET /api/v1/orders?status=&pageSize=', { token })).status).toBe(200);
    expect((await send('GET /api/v1/orders?state=', { token })).is).toBe('400 MALFORMED_REQUEST');
  });

  test('gRPC-Web in base64 is served', async () => {
    const headers = { 'content-type': 'application/grpc-web-text' };
    const answer = await send('POST /ecommerce.cart.v1.CartService/GetCart', { token, headers, body: 'AAAAAAA=' });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/grpc-web-text+proto']);
    expect(answer.text).toMatch(/^[\w+/=]+$/);
  });
});
