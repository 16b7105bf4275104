import { Validator } from '@seriousme/openapi-schema-validator';
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { baseUrl } from './drivers/driver.ts';
import { Description, readOpenApi, type OpenApi } from './http-files/described.ts';

let document: OpenApi;
let description: Description;
beforeAll(async () => {
  document = await readOpenApi();
  description = new Description(document);
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${baseUrl()}${path}`, { headers });

async function newToken(): Promise<string> {
  const response = await fetch(`${baseUrl()}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `openapi-${randomUUID()}@example.com`, password: 'correct horse battery staple' }),
  });
  return ((await response.json()) as { tokens: { accessToken: string } }).tokens.accessToken;
}

/** Fills all path variables with ids that do not exist. */
const concrete = (template: string) => template.replaceAll(/\{\w+\}/g, () => randomUUID());

/** Calls every operation without a body. Collects server errors and answers that the document does not describe. */
async function faultsWith(headers: Record<string, string>): Promise<string[]> {
  const faults: string[] = [];
  for (const [template, item] of Object.entries(document.paths)) {
    for (const [verb, operation] of Object.entries(item)) {
      const response = await fetch(`${baseUrl()}${concrete(template)}`, { method: verb.toUpperCase(), headers });
      const contentType = response.headers.get('content-type')?.split(';', 1)[0] ?? '';
      const text = await response.text();
      const body: unknown = contentType.endsWith('json') ? JSON.parse(text) : text;
      if (response.status >= 500) faults.push(`${verb} ${template}: ${text}`);
      faults.push(...description.faultsOf(operation, { status: response.status, contentType, body }));
    }
  }
  return faults;
}

describe('the description of the API', () => {
  test('is valid OpenAPI 3.1 and covers all services', async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect([valid, errors]).toEqual([true, undefined]);
    const services = new Set(description.operations.map(({ operationId }) => operationId.split('_', 1)[0]));
    for (const name of ['Auth', 'Product', 'Wallet', 'Cart', 'Checkout', 'Order']) {
      expect(services).toContain(`${name}Service`);
    }
  });

  test('names no internal service', () => {
    expect(JSON.stringify(document)).not.toMatch(/FundsService|StockService|CartClaimService|OrderWriteService/);
  });

  test('is not sent again to a client that sends its ETag', async () => {
    const etag = (await get('/openapi.json')).headers.get('etag') ?? '';
    expect((await get('/openapi.json', { 'if-none-match': etag })).status).toBe(304);
  });

  test.each(['', 'not a token'])(
    'describes the answers to invalid calls of every operation with the token "%s"',
    async (token) => {
      expect(await faultsWith(token === '' ? {} : { authorization: `Bearer ${token}` })).toEqual([]);
    },
  );

  test('describes the answers to invalid calls of every operation by a signed-in customer', async () => {
    expect(await faultsWith({ authorization: `Bearer ${await newToken()}` })).toEqual([]);
  });
});

describe('the reference page', () => {
  test('loads everything from the platform itself', async () => {
    const page = await get('/docs');
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self'");
    const loaded = [...(await page.text()).matchAll(/(?:src|href)="(?<path>\/[^"]*)"/g)].map(
      (match) => match.groups?.['path'],
    );
    expect(loaded.length).toBeGreaterThan(2);
    for (const path of loaded) expect((await get(path ?? '')).status, path).toBe(200);
  });
});
