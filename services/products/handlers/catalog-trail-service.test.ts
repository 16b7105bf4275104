import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProductsSuite, refusal, usd, type ProductsSuite } from '../testing/suite.ts';

let app: ProductsSuite;
beforeAll(async () => {
  app = await createProductsSuite();
});
afterAll(() => app.database.close());

/** What waits for the trail now; it waits no longer after that. */
async function take() {
  const { changes } = await app.trail.listWaitingChanges({ limit: 200 });
  if (changes.length > 0) await app.trail.confirmChanges({ changeIds: changes.map(({ changeId }) => changeId) });
  return changes;
}

test('each change of the catalog waits for the trail with who, what and why, once', async () => {
  await take();
  const { products } = app;
  const [creation, adjustment] = [randomUUID(), randomUUID()];
  const fields = { sku: `sku-${randomUUID()}`, name: 'Lamp', price: usd(1999n), availableQuantity: 3 };
  const create = () => products.createProduct({ product: fields, requestId: creation, reason: 'new in the shop' });
  const { product: { productId = '' } = {} } = await create();
  await create();
  const update = { product: { productId, name: 'Lamp', price: usd(2099n) }, updateMask: { paths: ['name', 'price'] } };
  await products.updateProduct({ ...update, reason: 'the supplier raised it' });
  await products.updateProduct(update);
  const adjust = { productId, delta: 5, requestId: adjustment, note: 'delivery 4711' };
  await products.adjustStock(adjust);
  await products.adjustStock(adjust);
  await products.deleteProduct({ productId, reason: 'sold out for good' });

  const subject = `product ${productId} (${fields.sku})`;
  const changes = await take();
  expect(changes).toMatchObject([
    { action: 'product.create', subject, detail: 'Lamp, 19.99 USD, 3 in stock', requestId: creation },
    { action: 'product.update', subject, detail: 'price 19.99 USD → 20.99 USD', reason: 'the supplier raised it' },
    { action: 'product.adjust-stock', subject, detail: '+5, 8 available', reason: 'delivery 4711' },
    { action: 'product.delete', subject, detail: 'Lamp', reason: 'sold out for good', requestId: '' },
  ]);
  expect(changes[0]?.reason).toBe('new in the shop');
  expect(changes[2]?.requestId).toBe(adjustment);
  expect(new Set(changes.map(({ actorId }) => actorId)).size).toBe(1);
  expect(await take()).toEqual([]);
});

test('what is refused or changes nothing waits for no trail', async () => {
  const { productId, sku } = await app.addProduct({ availableQuantity: 1 });
  await take();
  const price = usd(1n);
  expect(await refusal(app.addProduct({ sku }))).toBe('already_exists SKU_TAKEN');
  expect(await refusal(app.products.adjustStock({ productId, delta: -2, requestId: randomUUID() }))).toBe(
    'failed_precondition OUT_OF_STOCK',
  );
  expect(await refusal(app.products.deleteProduct({ productId: randomUUID() }))).toBe('not_found PRODUCT_NOT_FOUND');
  await app.products.importProducts({
    rows: [{ product: { sku: randomUUID(), name: 'X', price } }],
    validateOnly: true,
  });
  await app.products.importProducts({ rows: [{ product: { sku } }, { product: { sku: '' } }] });
  expect(await take()).toEqual([]);
});

test('an import is one change, however many products it has and transactions it takes', async () => {
  const { sku } = await app.addProduct();
  await take();
  const price = usd(100n);
  const skus = Array.from({ length: 120 }, () => `sku-${randomUUID()}`);
  const rows = [...skus, sku].map((each) => ({ product: { sku: each, name: 'Lamp', price } }));
  const trailEntryId = randomUUID();
  await app.products.importProducts({ rows, reason: 'spring prices', trailEntryId: trailEntryId.toUpperCase() });
  expect(await take()).toMatchObject([
    {
      ...{ action: 'products.import', detail: '120 created, 1 updated', reason: 'spring prices' },
      subject: `121 rows: ${skus.slice(0, 3).join(', ')}, …`,
      importEntryId: trailEntryId,
    },
  ]);
});

test('an import that breaks off is told after a minute, with what it has done', async () => {
  await take();
  const by = { actorId: randomUUID(), clientNetwork: '', userAgent: '' };
  const step = { ...by, changeId: randomUUID(), subject: '2 rows', reason: '', requestId: undefined };
  const count = (created: number) =>
    app.deps.repository.countImport({ ...step, importEntryId: undefined, created, updated: 1 });
  await count(1);
  await count(2);
  expect(await take()).toEqual([]);
  await app.database.db.execute(sql`update products.catalog_changes set due_at = now() where id = ${step.changeId}`);
  expect(await take()).toMatchObject([{ changeId: step.changeId, detail: '3 created, 2 updated' }]);
});

test('nobody removes or rewrites a change, also before the trail has it', async () => {
  const { productId } = await app.addProduct();
  await app.products.deleteProduct({ productId });
  const kept = { cause: expect.objectContaining({ message: 'changes of the catalog are kept for the audit trail' }) };
  const { db } = app.database;
  await expect(db.execute(sql`delete from products.catalog_changes`)).rejects.toMatchObject(kept);
  for (const column of ['reason', 'subject', 'detail'])
    await expect(
      db.execute(sql.raw(`update products.catalog_changes set ${column} = 'another'`)),
    ).rejects.toMatchObject(kept);
  await take();
  await expect(db.execute(sql`update products.catalog_changes set created = 7`)).rejects.toMatchObject(kept);
});
