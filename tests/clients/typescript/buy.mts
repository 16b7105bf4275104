/** Buys with the types that openapi-typescript generates, through openapi-fetch. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import createClient from 'openapi-fetch';
import type { paths } from './schema.js';

const baseUrl = process.env['CLIENT_API'] ?? '';
const anyone = createClient<paths>({ baseUrl });
const who = { email: `${randomUUID()}@example.com`, password: 'correct horse battery' };

/** The data of an answer. @throws Error with the reason of a refusal */
function data<T>({ data, error }: { data?: T; error?: { reason: string } }): T {
  if (data === undefined) throw new Error(error?.reason ?? 'no data');
  return data;
}

data(await anyone.POST('/api/v1/auth/register', { body: who }));
const { tokens } = data(await anyone.POST('/api/v1/auth/login', { body: who }));
const mine = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${tokens.accessToken}` } });
const key = () => ({ header: { 'Idempotency-Key': randomUUID() } });

const list = data(await anyone.GET('/api/v1/products', { params: { query: { inStock: true, pageSize: 1 } } }));
const [product] = list.products;
assert(product !== undefined);
const found = data(await anyone.GET('/api/v1/products', { params: { query: { query: product.sku } } }));
assert(found.products.some(({ productId }) => productId === product.productId));
data(await mine.POST('/api/v1/wallet', { body: {} }));
const amount = { currencyCode: 'USD', minorUnits: '10000000' };
data(await mine.POST('/api/v1/wallet/topup', { params: key(), body: { amount } }));
data(await mine.POST('/api/v1/cart/items', { body: { productId: product.productId, quantity: 1 } }));

const request = { params: key(), body: { wait: '8s' } };
const { checkout } = data(await mine.POST('/api/v1/cart/checkout', request));
assert.equal(checkout.state, 'CHECKOUT_STATE_SUCCEEDED');
const { orderId } = checkout;
const { order } = data(await mine.GET('/api/v1/orders/{orderId}', { params: { path: { orderId } } }));
assert.equal(order.status, 'ORDER_STATUS_COMPLETED');
assert.equal(order.total.minorUnits, product.price.minorUnits);
const again = data(await mine.POST('/api/v1/cart/checkout', request));
assert.equal(again.checkout.orderId, orderId);

const refused = await mine.POST('/api/v1/cart/checkout', { params: key(), body: {} });
assert.equal(refused.error?.reason, 'CART_EMPTY');
