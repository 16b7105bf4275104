import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mostMinorUnits } from './format.ts';

test.each(['admin/v1/admin.proto', 'products/v1/product.proto'])('the largest amount is that of %s', (file) => {
  const text = readFileSync(join(import.meta.dirname, '../proto/ecommerce', file), 'utf8');
  const limits = [...text.matchAll(/this\.(?:price\.)?minor_units <= (\d+)/g)].map(([, most]) => BigInt(most ?? ''));
  expect(new Set(limits)).toEqual(new Set([mostMinorUnits]));
});
