/** Which currency codes the public API takes, over REST. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { send } from './http.ts';

let token = '';
let adminToken = '';
beforeAll(async () => {
  const signIn = async (path: string, body: object) => {
    const { json } = await send(`POST /api/v1/auth/${path}`, { body });
    return (json as { tokens: { accessToken: string } }).tokens.accessToken;
  };
  adminToken = await signIn('login', adminCredentials());
  token = await signIn('register', { email: `money-${randomUUID()}@example.com`, password: 'correct horse battery' });
});

const requestId = () => randomUUID();
const product = (currencyCode: string) => ({
  sku: `S-${randomUUID()}`,
  name: 'x',
  category: 'tests',
  price: { currencyCode, minorUnits: '100' },
});

test.each(['UDS', 'ZZZ', 'XXX', 'XAU', 'CLF', 'HRK'])('refuses money in %s and names the field', async (code) => {
  const amount = { currencyCode: code, minorUnits: '100' };
  const answers = await Promise.all([
    send('POST /api/v1/wallet', { token, body: { currencyCode: code } }),
    send('POST /api/v1/wallet/topup', { token, body: { amount, requestId: requestId() } }),
    send('POST /api/v1/products', { token: adminToken, body: { product: product(code), requestId: requestId() } }),
    send(`GET /api/v1/products?minPrice.currencyCode=${code}&minPrice.minorUnits=1`),
    send(`GET /api/v1/products?maxPrice.currencyCode=${code}&maxPrice.minorUnits=1`),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
  const fields = ['currency_code', 'amount.currency_code', 'product.price.currency_code'];
  const violated = answers.map(({ text }) => /"field":"([^"]*)"/.exec(text)?.[1]);
  expect(violated).toEqual([...fields, 'min_price.currency_code', 'max_price.currency_code']);
  for (const { text } of answers)
    expect(text).toMatch(/no money to pay with|is not the code of a currency in ISO 4217/);
});

test.each(['HUF', 'IQD', 'XOF', 'XCG'])('sells in %s', async (code) => {
  const body = { product: product(code), requestId: requestId() };
  const { json } = await send('POST /api/v1/products', { token: adminToken, body });
  expect(json).toMatchObject({ product: { price: { currencyCode: code, minorUnits: '100' } } });
});
