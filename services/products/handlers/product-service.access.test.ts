import { Code, ConnectError } from '@connectrpc/connect';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { staffRoleOf } from '../../../platform/rpc/server/staff-routes.ts';
import { createProductsSuite, refusal, usd, type ProductsSuite } from '../testing/suite.ts';

let app: ProductsSuite;
beforeAll(async () => {
  app = await createProductsSuite();
});
afterEach(() => {
  app.accounts.away = undefined;
  app.accounts.roles = ['customer', 'admin'];
});
afterAll(() => app.database.close());

/** Every call that only administrators may make, about one product. */
function changesOf(productId: string): Readonly<Record<string, () => Promise<unknown>>> {
  const { products } = app;
  const product = { sku: `sku-${randomUUID()}`, name: 'Lamp', price: usd(100n), availableQuantity: 1 };
  return {
    createProduct: () => products.createProduct({ product, requestId: randomUUID() }),
    updateProduct: () => products.updateProduct({ product: { productId, name: 'Other' } }),
    adjustStock: () => products.adjustStock({ productId, delta: 1, requestId: randomUUID() }),
    importProducts: () => products.importProducts({ rows: [{ product }] }),
    deleteProduct: () => products.deleteProduct({ productId }),
  };
}

test('whose role was taken changes nothing, by no method, although the token has it', async () => {
  const { productId } = await app.addProduct();
  const changes = changesOf(productId);
  const forAdmins = ProductService.methods.filter((method) => staffRoleOf(method) !== undefined);
  expect(Object.keys(changes).toSorted()).toEqual(forAdmins.map(({ localName }) => localName).toSorted());
  const before = await app.products.listProducts({});
  app.accounts.roles = ['customer'];
  for (const [name, change] of Object.entries(changes))
    expect(await refusal(change()), name).toBe('permission_denied ADMIN_REQUIRED');
  expect(await app.products.listProducts({})).toEqual(before);
  app.accounts.roles = ['customer', 'admin'];
  for (const [name, change] of Object.entries(changes)) expect(await refusal(change()), name).toBe('ok');
});

test.each([
  ['does not answer', new AppError('unavailable', 'UPSTREAM_UNAVAILABLE', 'sso is away')],
  ['takes too long', new AppError('deadline_exceeded', 'DEADLINE_EXCEEDED', 'sso is slow')],
  ['fails', new ConnectError('oh', Code.Internal)],
])('while sso %s, nothing is changed, and reads go on', async (_, away) => {
  const { productId } = await app.addProduct();
  const before = await app.products.listProducts({});
  app.accounts.away = away;
  for (const [name, change] of Object.entries(changesOf(productId)))
    expect(await refusal(change()), name).toBe('unavailable UPSTREAM_UNAVAILABLE');
  const { asked } = app.accounts;
  expect(await app.products.listProducts({})).toEqual(before);
  expect((await app.products.getProduct({ productId })).product?.productId).toBe(productId);
  await app.products.batchGetProducts({ productIds: [productId] });
  await app.products.listCategories({});
  expect(app.accounts.asked).toBe(asked);
});

test('a person whom sso does not know any more is refused as by sso', async () => {
  const { productId } = await app.addProduct();
  app.accounts.away = new AppError('unauthenticated', 'TOKEN_INVALID', 'there is no such user');
  const change = app.products.adjustStock({ productId, delta: 1, requestId: randomUUID() });
  expect(await refusal(change)).toBe('unauthenticated TOKEN_INVALID');
});
