import { create } from '@bufbuild/protobuf';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GrantRoleRequestSchema } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { ListProductsRequestSchema } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { MoneySchema } from '../../../proto/gen/ecommerce/type/v1/money_pb.ts';
import { AppError } from '../../errors/app-error.ts';
import { patternWords } from './rule-words.ts';
import { createCheck } from './validation.ts';

const protos = globSync(join(import.meta.dirname, '../../../proto/ecommerce/**/*.proto'));
const patterns = protos.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/\bpattern\s*[:=]\s*("(?:[^"\\]|\\.)*")/g)].map(([, text = '']) =>
    String(JSON.parse(text)),
  ),
);

test('every pattern of the contract has words of its own', () => {
  expect(patterns.length).toBeGreaterThan(2);
  expect(Object.keys(patternWords).toSorted()).toEqual([...new Set(patterns)].toSorted());
});

const check = createCheck();
const refusalOf = (run: () => void): readonly string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error.violations.map(({ description }) => description);
  }
  return [];
};

test('a pattern and a list are told in words, and the words are those of the refusal', () => {
  const request = { changeId: '', userId: crypto.randomUUID(), requestId: crypto.randomUUID() };
  const grant = create(GrantRoleRequestSchema, { ...request, role: 'boss', reason: '\u00AD\u200B\u0094 ' });
  expect(refusalOf(() => check(GrantRoleRequestSchema, grant))).toEqual([
    'must be one of admin, support',
    'must say something',
  ]);
  const money = create(MoneySchema, { currencyCode: 'usd' });
  expect(refusalOf(() => check(MoneySchema, money))[0]).toMatch(/^must be the code of a currency in ISO 4217/);
  const list = create(ListProductsRequestSchema, { orderBy: 'pric' });
  expect(refusalOf(() => check(ListProductsRequestSchema, list))[0]).toMatch(
    /^must be one of relevance, price, price asc/,
  );
});
