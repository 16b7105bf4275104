/** The rows of the security table about input. The overview is in security.test.ts. */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { connectJsonDriver } from './drivers/connect-json.ts';
import { CallError, type Json } from './drivers/driver.ts';
import { grpcWebDriver } from './drivers/grpc-web.ts';
import { grpcDriver } from './drivers/grpc.ts';
import { restDriver } from './drivers/rest.ts';
import { send, type Received } from './http.ts';
import { admin } from './shop.ts';

const drivers = [restDriver(), connectJsonDriver(), grpcDriver(), grpcWebDriver()];
const tokens = { customer: '', admin: '' };
let productId = '';

async function tokenBy(path: 'register' | 'login', body: Json): Promise<string> {
  const { json } = await send(`POST /api/v1/auth/${path}`, { body });
  return (json as { tokens: { accessToken: string } }).tokens.accessToken;
}

beforeAll(async () => {
  const [driver] = drivers;
  if (driver === undefined) throw new Error('no driver');
  const email = `security-${randomUUID()}@example.com`;
  tokens.customer = await tokenBy('register', { email, password: 'correct horse battery' });
  tokens.admin = await tokenBy('login', { ...adminCredentials() });
  productId = (await (await admin(driver)).createProduct({ priceMinor: 100, pieces: 10 })).productId;
  await send('POST /api/v1/wallet', { token: tokens.customer, body: { currencyCode: 'USD' } });
  await send('POST /api/v1/cart/items', { token: tokens.customer, body: { productId, quantity: 1 } });
});
afterAll(async () => {
  await Promise.all(drivers.map((driver) => driver.close()));
});

// Texts of a database, an ORM or a runtime. A message may repeat the input, so these texts do not occur in the input.
const leak =
  /syntax error|SQLSTATE|postgres|drizzle|relation "|column "|\bselect .+ from\b|node_modules|\.ts:\d|\n\s+at /i;

/** What is wrong with a refusal. It must be a 4xx with a reason, and must not show internals. Undefined if all is right. */
function faultOf({ status, json, text, headers }: Received): string | undefined {
  if (status < 400 || status >= 500) return `${status} ${text}`;
  const isProblem = headers['content-type']?.startsWith('application/problem+json') === true;
  if (isProblem && !/^[A-Z][A-Z0-9_]+$/.test(String(json['reason']))) return `no reason: ${text}`;
  return leak.test(text) ? `a leak: ${text}` : undefined;
}

describe('quantity or amount 0, −1, 1.5, 2^53+1', () => {
  const usd = (value: string) => `{"currencyCode":"USD","minorUnits":${value}}`;
  const newProduct = (price: string, quantity: string) =>
    `{"product":{"sku":"S-${randomUUID()}","name":"x","category":"tests","price":${usd(price)},` +
    `"availableQuantity":${quantity}},"requestId":"${randomUUID()}"}`;
  const all = ['0', '-1', '1.5', '9007199254740993', '"9007199254740993"', '"-1"', '"1.5"', '1e400', 'true', '"NaN"'];
  const notZero = all.filter((value) => value !== '0');
  test.each<[string, 'customer' | 'admin', readonly string[], (value: string) => string]>([
    ['POST /api/v1/cart/items', 'customer', all, (value) => `{"productId":"${productId}","quantity":${value}}`],
    ['PATCH /api/v1/cart/items/{}', 'customer', notZero, (value) => `{"quantity":${value}}`],
    ['POST /api/v1/wallet/topup', 'customer', all, (value) => `{"amount":${usd(value)},"requestId":"${randomUUID()}"}`],
    [
      'POST /api/v1/products/{}:adjustStock',
      'admin',
      all.filter((value) => !value.includes('-1')),
      (value) => `{"delta":${value},"requestId":"${randomUUID()}"}`,
    ],
    ['POST /api/v1/products', 'admin', notZero, (value) => newProduct(value, '1')],
    ['POST /api/v1/products', 'admin', notZero, (value) => newProduct('100', value)],
  ])('%s as %s', async (what, who, values, bodyOf) => {
    const faults: string[] = [];
    for (const value of values) {
      const sent = { token: tokens[who], body: bodyOf(value) };
      const answer = await send(what.replace('{}', productId), sent);
      const fault = faultOf(answer) ?? (answer.status === 400 ? undefined : answer.is);
      if (fault !== undefined) faults.push(`${value}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });

  test.each(drivers.map((driver) => [driver.name, driver] as const))('a top-up over %s', async (_, driver) => {
    for (const minorUnits of ['0', '-1', '9007199254740993', '9223372036854775807']) {
      const request = { amount: { currencyCode: 'USD', minorUnits }, requestId: randomUUID() };
      const call = driver.call('ecommerce.wallet.v1.WalletService/TopUp', request, tokens.customer);
      const refused = await call.then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refused, minorUnits).toBeInstanceOf(CallError);
      expect(refused).toMatchObject({ reason: expect.stringMatching(/^(VALIDATION_FAILED|TOP_UP_LIMIT_EXCEEDED)$/) });
    }
  });

  test('none of these requests changed wallet or cart', async () => {
    const token = tokens.customer;
    const { json } = await send('GET /api/v1/wallet', { token });
    expect(json).toMatchObject({ wallet: { balance: { minorUnits: '0' } } });
    const cart = (await send('GET /api/v1/cart', { token })).json;
    expect(cart).toMatchObject({ cart: { items: [{ productId, quantity: 1 }] } });
  });
});

const routes = ['POST /api/v1/wallet/topup', 'POST /ecommerce.wallet.v1.WalletService/TopUp'];

test.each(routes)('malformed JSON: %s', async (what) => {
  const bodies = [
    '{"amount":',
    '[]',
    'null',
    '"x"',
    '5',
    '',
    '{',
    '\u0000',
    '['.repeat(100_000),
    '{"a":'.repeat(50_000),
  ];
  bodies.push('{"requestId":"\\ud800"}', `{"amount":{"currencyCode":"USD","minorUnits":"1"},"requestId":"\\u0000"}`);
  for (const body of [...bodies, Buffer.from([0xff, 0xfe, 0x7b])]) {
    const answer = await send(what, { token: tokens.customer, body });
    expect(faultOf(answer), String(body).slice(0, 50)).toBeUndefined();
  }
});

test.each(routes)('1 MiB + 1; gzip bomb: %s', async (what) => {
  const gzip = { 'content-encoding': 'gzip' };
  const token = tokens.customer;
  for (const sent of [
    { token, body: `{"x":"${'x'.repeat(1_048_576)}"}` },
    { token, body: gzipSync(Buffer.alloc(200_000_000)), headers: gzip },
    { token, body: gzipSync(`{"requestId":"${' '.repeat(1_048_577)}"}`), headers: gzip },
  ]) {
    const answer = await send(what, sent);
    expect(faultOf(answer)).toBeUndefined();
    // The size alone must refuse it, whatever the content is.
    expect(answer.text).toContain('BODY_TOO_LARGE');
  }
  for (const body of ['not gzip', gzipSync('{}').subarray(0, 15)]) {
    expect(faultOf(await send(what, { token, body, headers: gzip }))).toBeUndefined();
  }
  expect((await send('GET /health')).status).toBe(200);
});

describe('SQL in any string', () => {
  const injections = [
    "'; drop table sso.users; --",
    "' or '1'='1",
    String.raw`\'; select pg_sleep(10); --`,
    "%' and 1=cast(version() as int) --",
    '$1; delete from wallet.entries; $$',
  ];
  interface Schema {
    readonly $ref?: string;
    readonly type?: string;
    readonly format?: string;
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly allOf?: readonly Schema[];
  }
  interface Operation {
    readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
    readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  }
  interface Document {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  }
  let document: Document;
  beforeAll(async () => {
    document = (await send('GET /openapi.json')).json as unknown as Document;
  });

  const resolved = (schema: Schema): Schema =>
    schema.$ref === undefined ? schema : (document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});

  /** A body with `text` in all its strings. If `ids` is given, UUID fields get that value instead. */
  function filled(given: Schema, text: string, ids: string | undefined, depth = 0): unknown {
    const schema = resolved(given);
    if (schema.type === 'string') return schema.format === 'uuid' ? (ids ?? text) : text;
    const parts = [schema, ...(schema.allOf ?? []).map(resolved)].flatMap(({ properties = {} }) =>
      Object.entries(properties),
    );
    if (parts.length === 0 || depth > 4) return undefined;
    return Object.fromEntries(parts.map(([name, property]) => [name, filled(property, text, ids, depth + 1)]));
  }

  /** Requests of every operation: `text` in all strings, in all strings except ids, and in each query parameter. */
  function requests(text: string): { what: string; body?: unknown }[] {
    const operations = Object.entries(document.paths).filter(([template]) => template.startsWith('/api/'));
    return operations.flatMap(([template, item]) =>
      Object.entries(item).flatMap(([verb, { parameters = [], requestBody }]) => {
        const at = (id: string) => `${verb.toUpperCase()} ${template.replaceAll(/\{\w+\}/g, encodeURIComponent(id))}`;
        const schema = requestBody?.content['application/json']?.schema;
        const queries = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
        const bodied = [undefined, randomUUID()].map((id) => ({
          what: at(id ?? text),
          ...(schema === undefined ? {} : { body: filled(schema, text, id) }),
        }));
        return [
          ...bodied,
          ...queries.map((name) => ({ what: `${at(randomUUID())}?${name}=${encodeURIComponent(text)}` })),
        ];
      }),
    );
  }

  test.each(injections)('%s in every operation of the API', async (text) => {
    const faults: string[] = [];
    for (const { what, body } of requests(text)) {
      const answer = await send(what, { token: tokens.customer, body });
      const fault = answer.status < 300 && !leak.test(answer.text) ? undefined : faultOf(answer);
      if (fault !== undefined) faults.push(`${what}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });

  test.each(injections)('%s in the strings that may hold anything', async (text) => {
    const body = {
      product: {
        sku: `${text.slice(0, 20)}${randomUUID()}`,
        name: text,
        description: text,
        category: text,
        price: { currencyCode: 'USD', minorUnits: '1' },
        availableQuantity: 1,
        attributes: { [text]: text },
      },
      requestId: randomUUID(),
    };
    const created = await send('POST /api/v1/products', { token: tokens.admin, body });
    expect(created.json).toMatchObject({ product: { name: text, description: text, attributes: { [text]: text } } });
    const found = await send(
      `GET /api/v1/products?query=${encodeURIComponent(text)}&category=${encodeURIComponent(text)}`,
    );
    expect(found.status).toBe(200);
    const login = await send('POST /api/v1/auth/login', { body: { email: text, password: text } });
    expect(login.is).toBe('401 INVALID_CREDENTIALS');
    const session = await send('GET /api/v1/auth/sessions', {
      token: tokens.customer,
      headers: { 'user-agent': text },
    });
    expect(session.status).toBe(200);
  });

  test.each(['2030-01-01', 'yesterday', '2030-01-01T00:00:00'])(
    'the time %s names its field in the contract',
    async (time) => {
      const answer = await send(`GET /api/v1/admin/orders?createTimeFrom=${time}`, { token: tokens.admin });
      expect(answer.is).toBe('400 MALFORMED_REQUEST');
      expect(answer.json['violations']).toEqual([
        { field: 'create_time_from', description: expect.stringContaining('for example "2030-01-01T00:00:00Z"') },
      ]);
    },
  );

  test('every table still exists', async () => {
    expect((await send('GET /api/v1/auth/me', { token: tokens.customer })).status).toBe(200);
    expect((await send('GET /api/v1/wallet', { token: tokens.customer })).status).toBe(200);
    expect((await send(`GET /api/v1/products/${productId}`)).status).toBe(200);
  });
});
