import { expect, test } from 'vitest';
import type { Siblings } from '../../../platform/siblings.ts';
import { exampleProduct } from '../testing/product.ts';
import { createCatalogCache } from './cache.ts';
import { createToldCache } from './told-cache.ts';

/** Two processes, each with a cache. What one tells goes to the other as JSON. `told` counts the messages. */
function twoProcesses() {
  const takers: ((data: unknown) => void)[] = [];
  const told: unknown[] = [];
  const siblings = (other: number, own: number): Siblings => ({
    tell: (_, data) => {
      told.push(data);
      takers[other]?.(JSON.parse(JSON.stringify(data)));
    },
    onTold: (_, take) => {
      takers[own] = take;
    },
  });
  const cacheOf = (other: number, own: number) =>
    createToldCache(createCatalogCache({ maxAgeMs: 60_000 }), siblings(other, own));
  return { one: cacheOf(1, 0), other: cacheOf(0, 1), told };
}

const product = exampleProduct({ productId: 'p1' });

test('a change at one process is read anew at the other, long before its cache is too old', async () => {
  const { one, other } = twoProcesses();
  let reads = 0;
  const load = async () => {
    reads++;
    return [product];
  };
  await other.products(['p1'], load);
  await other.products(['p1'], load);
  expect(reads).toBe(1);
  one.stockChanged(['p1']);
  await Promise.resolve();
  await other.products(['p1'], load);
  expect(reads).toBe(2);
  one.catalogChanged([]);
  await Promise.resolve();
  await other.products(['p1'], load);
  expect(reads).toBe(2);
  one.catalogChanged(['p1']);
  await Promise.resolve();
  await other.products(['p1'], load);
  expect(reads).toBe(3);
});

test('a change of the catalog drops the pages of the other process, and a change of stock does not', async () => {
  const { one, other } = twoProcesses();
  let reads = 0;
  const load = async () => {
    reads++;
    return { products: [], nextPageToken: '' };
  };
  await other.page('first', load);
  one.stockChanged(['p1']);
  await Promise.resolve();
  await other.page('first', load);
  expect(reads).toBe(1);
  one.catalogChanged([]);
  await Promise.resolve();
  await other.page('first', load);
  expect(reads).toBe(2);
});

test('what is told is not told back, and changes at once go together', async () => {
  const { one, told } = twoProcesses();
  one.stockChanged(['p1']);
  one.stockChanged(['p2', 'p1']);
  one.catalogChanged(['p3']);
  await Promise.resolve();
  expect(told).toEqual([{ stock: ['p1', 'p2'], catalog: ['p3'] }]);
});
