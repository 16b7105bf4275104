import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFixture } from '../../testing/fixture.ts';
import { problemOf, rest } from '../../testing/rest.ts';
import { callerId as id, serveFixture, type ServedFixture } from '../../testing/served-fixture.ts';
import { etagOf } from '../answers/conditional.ts';

const fixture = createFixture();
let served: ServedFixture;
beforeAll(async () => {
  served = await serveFixture(fixture);
});
afterAll(() => served.stop());
beforeEach(() => {
  fixture.etag = 'v3';
  fixture.calls.splice(0);
});

const call = (what: string, ifMatch: string | undefined, body?: unknown) =>
  rest(served.url, what, {
    body,
    headers: { authorization: served.authorization, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) },
  });

const update = (ifMatch: string | undefined, product: object = { name: 'n' }) =>
  call(`PATCH /api/v1/products/${id}`, ifMatch, { product });
const remove = (ifMatch: string, query = '') => call(`DELETE /api/v1/products/${id}${query}`, ifMatch);

const ofBytes = (etag: string) => etagOf(Buffer.from('what was read'), etag);

describe.each([
  ['PATCH', update],
  ['DELETE', remove],
])('%s', (_, send) => {
  test.each([
    ['the ETag of an answer', ofBytes('v3')],
    ['the ETag of a compressed answer', ofBytes('v3').replace(/"$/, '-br"')],
    ['the ETag of an answer that a proxy has compressed', ofBytes('v3').replace(/"$/, '-gzip"')],
    ['an ETag whose hash has hyphens', `"v3-${'-'.repeat(22)}-gzip"`],
    ['the etag of the body in quotes', '"v3"'],
    ['any', '*'],
    ['any, with spaces', ' * '],
    ['one of several', `"v1", ${ofBytes('v2')},"v3"`],
    ['the first of several', '"v3", "v4"'],
    ['a strong one beside a weak one', 'W/"v9" , "v3"'],
    ['a list with empty elements', ',"v3",'],
  ])('with %s has its effect', async (__, ifMatch) => {
    expect((await send(ifMatch)).status).toBe(200);
  });

  test.each([
    ['a stale ETag', ofBytes('v2')],
    ['a stale etag', '"v2"'],
    ['stale ones only', '"v1", "v2"'],
    ['weak ones only: they never match', 'W/"v3"'],
    ['an empty tag', '""'],
    ['a tag that is longer than any etag', `"${'v'.repeat(200)}"`],
    ['a list in one tag', '"v1,v3"'],
  ])('with %s is 412', async (__, ifMatch) => {
    expect(problemOf(await send(ifMatch))).toEqual({ is: '412 ETAG_MISMATCH', fields: [] });
  });

  test.each(['', 'v3', '"v3', 'v3"', '"v3" "v4"', "'v3'", 'w/"v3"', '"v3", *', ',', '"a"b"'])(
    'with %j is refused as malformed',
    async (ifMatch) => {
      expect(problemOf(await send(ifMatch))).toEqual({ is: '400 MALFORMED_REQUEST', fields: ['If-Match'] });
      expect(fixture.calls).toEqual([]);
    },
  );

  test('with more tags than a client can have seen is refused', async () => {
    const tags = Array.from({ length: 11 }, (__, index) => `"v${index}"`).join(', ');
    expect(problemOf(await send(tags)).is).toBe('400 MALFORMED_REQUEST');
  });
});

test('a stale etag in the body stays 409', async () => {
  expect(problemOf(await update(undefined, { etag: 'v2' })).is).toBe('409 ETAG_MISMATCH');
  expect(problemOf(await update('*', { etag: 'v2' })).is).toBe('409 ETAG_MISMATCH');
});

test('header and body may both have it, and must not differ', async () => {
  expect((await update('"v3"', { etag: 'v3' })).status).toBe(200);
  expect((await update('"v1", "v3"', { etag: 'v3' })).status).toBe(200);
  expect((await remove('"v3"', '?etag=v3')).status).toBe(200);
  const differs = { is: '400 MALFORMED_REQUEST', fields: ['product.etag'] };
  expect(problemOf(await update('"v3"', { etag: 'v2' }))).toEqual(differs);
  expect(problemOf(await remove('"v3"', '?etag=v2'))).toEqual({ ...differs, fields: ['etag'] });
});

test('a request that changes something else does not take a condition that nobody would check', async () => {
  const adjust = (ifMatch: string) =>
    call(`POST /api/v1/products/${id}:adjustStock`, ifMatch, { delta: 1, requestId: id });
  expect(problemOf(await adjust('"v3"'))).toEqual({ is: '400 MALFORMED_REQUEST', fields: ['If-Match'] });
  expect((await adjust('*')).status).toBe(200);
  expect((await call(`GET /api/v1/products/${id}`, '"v1"')).status).toBe(200);
});

test('the answer to a change has the ETag for the next one', async () => {
  const { headers } = await update('"v3"');
  expect(headers.get('etag')).toMatch(/^"v3-[\w-]{22}"$/);
  expect((await update(headers.get('etag') ?? '')).status).toBe(200);
  const stock = await call(`POST /api/v1/products/${id}:adjustStock`, undefined, { delta: 1, requestId: id });
  expect(stock.headers.get('etag')).toBeNull();
});
