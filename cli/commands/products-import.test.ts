import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { ImportOutcome, ImportProductsResponseSchema } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import type { UserApi } from '../api.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { failureOf, textOf } from '../failure.ts';
import { blame } from '../parts.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { importProducts } from './products-import.ts';

const noted = vi.hoisted((): string[] => []);

vi.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));
vi.mock(import('../trail.ts'), async (original) => {
  const real = await original();
  const trail = {
    beginOperation: () => Promise.resolve('the-entry'),
    endOperation: async () => undefined,
    noteOperation: async (_: string, detail: string) => void noted.push(detail),
  };
  const open = () => ({ trail, part: { part: 'Postgres (backoffice)', address: 'db' }, close: async () => undefined });
  return { ...real, onTrail: (context, asked, work) => real.onTrail(context, asked, work, open) };
});

const folder = mkdtempSync(join(tmpdir(), 'import-'));
const file = join(folder, 'products.csv');
// A call has 500 of them, so there are two calls.
const rows = Array.from({ length: 600 }, (_, index) => `sku-${index},A thing,1`);
writeFileSync(file, `sku,name,price\n${rows.join('\n')}\n`);
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => void noted.splice(0));

type Send = UserApi['products']['importProducts'];
const created: Send = async ({ rows: sent = [] }) =>
  create(ImportProductsResponseSchema, { results: sent.map(() => ({ outcome: ImportOutcome.CREATED })) });

/** What the import throws whose first call creates its rows, and whose later calls do this. */
async function failureAfterOneCall(later: Send): Promise<unknown> {
  const send = vi.fn<Send>(later).mockImplementationOnce(created);
  const api = fakeApi({});
  const context: Partial<Context> = {
    ...{ env: {}, json: false, asks: false },
    signIn: () => Promise.resolve({ ...api, products: { ...api.products, importProducts: send } }),
  };
  const account = { email: 'admin@example.com', password: 'secret' };
  const options = { ...account, dryRun: false, currency: 'USD', reason: 'a test' };
  return importProducts(context as Context, file, options).catch((error: unknown) => error);
}

const soFar = 'Before that: 501 read: 500 created, 0 updated, 0 unchanged, 0 refused.';

test('an import that loses the API tells its line, what to do and the counts, also in its entry', async () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:8000'), { code: 'ECONNREFUSED' });
  const lost = new ConnectError('connect ECONNREFUSED', Code.Unavailable, undefined, undefined, cause);
  blame({ part: 'API', address: 'http://127.0.0.1:8000' }, lost);
  const error = await failureAfterOneCall(() => Promise.reject(lost));
  const message = `The import stopped before line 502: a service cannot be reached. Fix the cause and run the same command again: lines that are already imported count as unchanged. ${soFar}`;
  expect(failureOf(error)).toEqual({
    failure: { reason: 'UPSTREAM_UNAVAILABLE', message, part: 'API', address: 'http://127.0.0.1:8000' },
    exitCode: exitCodes.away,
  });
  const text = `API at http://127.0.0.1:8000 does not answer: ${message} (UPSTREAM_UNAVAILABLE)`;
  expect(textOf(error)).toBe(text);
  expect(noted).toEqual([
    expect.stringMatching(/^so far 501 read: 500 created/),
    `it is not known what was changed: ${text}`,
  ]);
});

test('an import that fails in another way tells the counts, too', async () => {
  const error = await failureAfterOneCall(async () => create(ImportProductsResponseSchema, {}));
  const text = `line 502: the answer of the API has no result for it. ${soFar}`;
  expect(textOf(error)).toBe(text);
  expect(failureOf(error).exitCode).toBe(exitCodes.error);
  expect(noted.at(-1)).toBe(`it is not known what was changed: ${text}`);
});
