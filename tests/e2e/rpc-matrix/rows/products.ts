import { randomUUID } from 'node:crypto';
import { asAdmin, badId, noFields, nobody, refusal, type Row } from '../row.ts';
import { newProduct, product, usd } from '../world.ts';

const missingProduct = () => refusal(asAdmin({ productId: randomUUID() }), 404, 'PRODUCT_NOT_FOUND');

export const products: Readonly<Record<string, Row>> = {
  'ProductService/ListProducts': {
    success: async () => ({ request: { query: 'a', minPrice: { minorUnits: '1' }, inStock: true, orderBy: 'price' } }),
    refused: [async () => ({ request: { pageToken: 'nonsense' }, status: 400, reason: 'PAGE_TOKEN_INVALID' })],
    invalid: { orderBy: 'shoe size', pageSize: -1 },
    fields: ['order_by', 'page_size'],
  },
  'ProductService/GetProduct': {
    success: async () => ({ request: { productId: (await product()).productId } }),
    refused: [missingProduct],
    ...badId('productId', 'product_id'),
  },
  'ProductService/BatchGetProducts': {
    success: async () => ({ request: { productIds: [(await product()).productId, randomUUID()] } }),
    refused: nobody('it leaves out what is missing'),
    invalid: { productIds: ['no-uuid'] },
    fields: ['product_ids[0]'],
  },
  'ProductService/ListCategories': {
    success: async () => ({ request: {} }),
    refused: nobody('there is one list, for all'),
    ...noFields,
  },
  'ProductService/CreateProduct': {
    success: () => asAdmin({ product: newProduct(), requestId: randomUUID() }),
    refused: [
      async () => {
        const { sku } = await product();
        return refusal(asAdmin({ product: { ...newProduct(), sku }, requestId: randomUUID() }), 409, 'SKU_TAKEN');
      },
    ],
    invalid: { product: { ...newProduct(), price: usd(0), sku: '' }, requestId: 'no-uuid' },
    fields: ['product', 'request_id'],
  },
  'ProductService/UpdateProduct': {
    success: async () =>
      asAdmin({ product: { productId: (await product()).productId, name: 'New' }, updateMask: 'name' }),
    refused: [
      () => refusal(asAdmin({ product: { productId: randomUUID(), name: 'New' } }), 404, 'PRODUCT_NOT_FOUND'),
      async () => {
        const { productId } = await product();
        return refusal(asAdmin({ product: { productId, name: 'New', etag: 'old' } }), 409, 'ETAG_MISMATCH');
      },
    ],
    invalid: { product: { productId: 'no-uuid', name: 'x'.repeat(201) } },
    fields: ['product', 'product.name'],
  },
  'ProductService/DeleteProduct': {
    success: async () => asAdmin({ productId: (await product()).productId }),
    refused: [missingProduct],
    ...badId('productId', 'product_id'),
  },
  'ProductService/AdjustStock': {
    success: async () => asAdmin({ productId: (await product()).productId, delta: -3, requestId: randomUUID() }),
    refused: [
      () => refusal(asAdmin({ productId: randomUUID(), delta: 1, requestId: randomUUID() }), 404, 'PRODUCT_NOT_FOUND'),
      async () => {
        const { productId } = await product();
        return refusal(asAdmin({ productId, delta: -11, requestId: randomUUID() }), 400, 'OUT_OF_STOCK');
      },
    ],
    ...badId('productId', 'product_id', { delta: 1, requestId: '00000000-0000-4000-8000-000000000001' }),
  },
  'ProductService/ImportProducts': {
    success: () => asAdmin({ rows: [{ product: newProduct() }, { product: {} }] }),
    refused: nobody('its answer tells which rows were refused'),
    invalid: { rows: [] },
    fields: ['rows'],
  },
};
