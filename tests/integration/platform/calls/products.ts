import { randomUUID } from 'node:crypto';
import type { Database } from '../../../../platform/data/db/database.ts';
import type { ListCriteria, NewProduct } from '../../../../services/products/domain/types.ts';
import { createProductsRepository, type ProductsRepository } from '../../../../services/products/repository/index.ts';
import type { PlainSteps } from '../../../../services/products/repository/plain.ts';
import { allProducts } from '../../../../services/products/testing/criteria.ts';
import { make, onceCalls, type Calls, type Ids, type Once } from './calls.ts';

export async function callProducts(db: Database, ids: Ids): Promise<void> {
  const repository = createProductsRepository(db);
  await make<PlainSteps>(repository.plain, plain, ids);
  await make<ProductsRepository, 'transaction'>(repository, calls, ids);
  await repository.transaction((tx) => make<Once>(tx, onceCalls, ids));
}

const unitPrice = { currencyCode: 'USD', minorUnits: 1n };
const newProduct = (): NewProduct => ({
  productId: randomUUID(),
  details: { sku: randomUUID(), name: 'Lamp', category: 'Lamps', price: unitPrice },
  onHand: 1,
});
const change = () => ({
  actorId: randomUUID(),
  clientNetwork: '',
  userAgent: '',
  subject: 'a product',
  reason: 'a test',
  requestId: undefined,
});
const lists: readonly Partial<ListCriteria>[] = [
  {},
  { descending: false },
  { after: { value: '2026-01-01T00:00:00.000Z', productId: randomUUID() } },
  { category: 'Lamps' },
  { inStock: true },
  { sort: 'price' },
  { sort: 'price', descending: false, after: { value: '500', productId: randomUUID() } },
  { currencyCode: 'USD', minPriceMinor: 1n, maxPriceMinor: 5000n, sort: 'price' },
  { sort: 'name', descending: false },
  { sort: 'name', after: { value: 'Lamp', productId: randomUUID() } },
  { query: 'SKU-1234', sort: 'relevance' },
];

const plain: Calls<PlainSteps> = {
  reserve: ({ reserve }, { productId }) =>
    reserve({ orderId: randomUUID(), lines: [{ productId, quantity: 1, unitPrice }], ttlSeconds: 900 }),
  commit: ({ commit }, { orderId }) => commit(orderId),
};

const calls: Calls<ProductsRepository, 'transaction'> = {
  findProducts: ({ findProducts }, { productId }) => findProducts([productId]),
  listSkus: ({ listSkus }) => listSkus(),
  lockProduct: ({ lockProduct }, { productId }) => lockProduct(productId),
  skuKeys: ({ skuKeys }) => skuKeys(['sku-1']),
  findBySkuKeys: ({ findBySkuKeys }) => findBySkuKeys(['sku-1']),
  lockBySkuKeys: ({ lockBySkuKeys }) => lockBySkuKeys(['sku-1']),
  hasTwin: async ({ hasTwin }, { productId }) => {
    await hasTwin('sku-1');
    await hasTwin('sku-1', productId);
  },
  insertProducts: ({ insertProducts }) => insertProducts([newProduct()]),
  insertProduct: ({ insertProduct }) => insertProduct(newProduct()),
  updateProduct: async ({ updateProduct }, { productId }) => {
    await updateProduct(productId, { name: 'Lamp' });
    await updateProduct(productId, { sku: randomUUID() });
  },
  markDeleted: ({ markDeleted }) => markDeleted(randomUUID()),
  listProducts: async ({ listProducts }) => {
    for (const criteria of lists) await listProducts({ ...allProducts, ...criteria });
  },
  listCategories: ({ listCategories }) => listCategories(),
  lockStock: ({ lockStock }, { productId }) => lockStock([productId]),
  moveStock: ({ moveStock }) => moveStock([{ productId: randomUUID(), quantity: 1 }], { reserved: 1, onHand: 0 }),
  changeOnHand: ({ changeOnHand }, { productId }) => changeOnHand(productId, 1),
  insertMovements: ({ insertMovements }, { productId }) => insertMovements([{ productId, kind: 'adjust', delta: 1 }]),
  claimReservation: ({ claimReservation }) => claimReservation(randomUUID(), 'ACTIVE', 900),
  lockReservation: ({ lockReservation }, { orderId }) => lockReservation(orderId),
  reservationLines: ({ reservationLines }, { orderId }) => reservationLines(orderId),
  insertReservationLines: ({ insertReservationLines }, { productId }) =>
    insertReservationLines(randomUUID(), [{ productId, quantity: 1 }]),
  changeReservation: ({ changeReservation }) => changeReservation(randomUUID(), { state: 'RELEASED' }),
  markRestocked: ({ markRestocked }) => markRestocked(randomUUID()),
  lockOverdue: ({ lockOverdue }) => lockOverdue(10),
  linesOf: ({ linesOf }, { orderId }) => linesOf([orderId]),
  reservationOf: ({ reservationOf }, { orderId }) => reservationOf(orderId),
  nextExpiryMs: ({ nextExpiryMs }) => nextExpiryMs(),
  insertChange: ({ insertChange }) => insertChange({ ...change(), action: 'product.update', detail: '' }),
  countImport: async ({ countImport }) => {
    const step = { ...change(), changeId: randomUUID(), importEntryId: undefined, created: 1, updated: 0 };
    await countImport(step);
    await countImport(step);
  },
  endImport: ({ endImport }) => endImport(randomUUID()),
  waitingChanges: ({ waitingChanges }) => waitingChanges(100),
  confirmChanges: ({ confirmChanges }) => confirmChanges([randomUUID()]),
  forgetRequests: ({ forgetRequests }) => forgetRequests(3650),
  ping: ({ ping }) => ping(),
};
