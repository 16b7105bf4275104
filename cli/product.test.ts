import { create } from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { ListProductsResponseSchema } from '../proto/gen/ecommerce/products/v1/product_pb.ts';
import { exitCodes } from './exit.ts';
import { productIdOf } from './product.ts';

const pan = { productId: randomUUID(), sku: 'KIT-01-1', name: 'Frying Pan, Steel' };
const catalogOf = (...products: (typeof pan)[]) => ({
  listProducts: vi.fn<() => Promise<ReturnType<typeof answer>>>(() => Promise.resolve(answer(products))),
});
const answer = (products: readonly (typeof pan)[]) =>
  create(ListProductsResponseSchema, { products: products.map((product) => ({ ...product })) });

test('a product has its exact name and its SKU; an id is not looked up', async () => {
  const catalog = catalogOf(pan, { productId: randomUUID(), sku: 'KIT-01-9', name: 'Frying Pan, Steel, Large' });
  expect(await productIdOf(catalog, pan.name)).toBe(pan.productId);
  expect(await productIdOf(catalog, pan.sku)).toBe(pan.productId);
  expect(catalog.listProducts).toHaveBeenCalledTimes(2);
  expect(await productIdOf(catalog, pan.productId.toUpperCase())).toBe(pan.productId);
  expect(catalog.listProducts).toHaveBeenCalledTimes(2);
});

test('a name of nothing is not found, and one of several is wrong usage that names the ids', async () => {
  const other = { ...pan, productId: randomUUID(), sku: 'KIT-01-2' };
  await expect(productIdOf(catalogOf(pan), 'Pan')).rejects.toMatchObject({ exitCode: exitCodes.notFound });
  await expect(productIdOf(catalogOf(pan, other), pan.name)).rejects.toMatchObject({
    exitCode: exitCodes.usage,
    message: expect.stringMatching(new RegExp(`${pan.productId}.*${other.productId}`)),
  });
});
