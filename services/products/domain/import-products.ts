import type { ProductsTransaction } from '../repository/index.ts';
import type { ProductsDeps } from './deps.ts';
import { skuTaken } from './errors.ts';
import { planFor, productAfter, type ImportResult, type ImportRow } from './import-plan.ts';
import type { NewProduct, Product } from './types.ts';

export interface ImportInput {
  readonly rows: readonly ImportRow[];
  /** If true, nothing is written: the results tell what the import would do. */
  readonly validateOnly: boolean;
}

// Few rows, since checkouts may wait for the locks of the transaction.
const rowsPerTransaction = 50;
const attempts = 3;

/**
 * Creates or changes products by SKU. A refused row does not stop the others, and a product that is already as it
 * should be is not written. Rows are committed in small groups: after a failure the earlier groups are done, and the
 * whole import may be repeated.
 * @returns one result for each row, in order
 */
export async function importProducts(deps: ProductsDeps, input: ImportInput): Promise<ImportResult[]> {
  const { rows, validateOnly } = input;
  if (validateOnly) return foresee(deps, rows);
  const results: ImportResult[] = [];
  for (const group of groupsOf(rows)) results.push(...(await importGroup(deps, group)));
  return results;
}

/** What the import would do. A later row sees what an earlier row would have written, as it does in the import. */
async function foresee(deps: ProductsDeps, rows: readonly ImportRow[]): Promise<ImportResult[]> {
  const known = bySku(await deps.repository.findBySkus(rows.map(({ sku }) => sku)));
  return rows.map((row) => {
    const current = known.get(row.sku);
    const plan = planFor(row, current);
    if (plan.kind === 'done') return plan.result;
    known.set(row.sku, productAfter(plan, current));
    return plan.kind === 'insert' ? { outcome: 'created', productId: '' } : plan.result;
  });
}

/** Groups of consecutive rows. No group has a SKU twice, so that a later row sees what an earlier row wrote. */
function groupsOf(rows: readonly ImportRow[]): ImportRow[][] {
  const groups: ImportRow[][] = [];
  let skus = new Set<string>();
  for (const row of rows) {
    let group = groups.at(-1);
    if (group === undefined || group.length === rowsPerTransaction || skus.has(row.sku)) {
      group = [];
      groups.push(group);
      skus = new Set();
    }
    skus.add(row.sku);
    group.push(row);
  }
  return groups;
}

async function importGroup(deps: ProductsDeps, rows: readonly ImportRow[]) {
  const known = bySku(await deps.repository.findBySkus(rows.map(({ sku }) => sku)));
  const plans = new Map(rows.map((row) => [row.sku, planFor(row, known.get(row.sku))]));
  const open = rows.filter(({ sku }) => plans.get(sku)?.kind !== 'done');
  const written = await write(deps, open);
  return rows.map(({ sku }): ImportResult => {
    const plan = plans.get(sku);
    if (plan?.kind === 'done') return plan.result;
    return written.get(sku) ?? { outcome: 'refused', error: skuTaken(sku) };
  });
}

/** Writes rows. Tries a row again if another call created its SKU between the read and the insert. */
async function write(deps: ProductsDeps, open: readonly ImportRow[]): Promise<Map<string, ImportResult>> {
  const results = new Map<string, ImportResult>();
  for (let attempt = 0; attempt < attempts; attempt++) {
    const left = open.filter(({ sku }) => !results.has(sku));
    if (left.length === 0) break;
    const done = await deps.repository.transaction((repository) => writeOnce(repository, left));
    for (const [sku, result] of done) results.set(sku, result);
    deps.cache.catalogChanged([...done.values()].flatMap((each) => ('productId' in each ? [each.productId] : [])));
  }
  return results;
}

/**
 * Locks known products in the order of their ids, then inserts in the order of SKUs, so that two imports do not
 * deadlock.
 */
async function writeOnce(repository: ProductsTransaction, rows: readonly ImportRow[]) {
  const known = bySku(await repository.lockBySkus(rows.map(({ sku }) => sku)));
  const results = new Map<string, ImportResult>();
  const inserts: NewProduct[] = [];
  for (const row of rows) {
    const plan = planFor(row, known.get(row.sku));
    if (plan.kind === 'done') results.set(row.sku, plan.result);
    if (plan.kind === 'insert') inserts.push(plan.product);
    if (plan.kind !== 'update') continue;
    await repository.updateProduct(plan.result.productId, plan.changes);
    results.set(row.sku, plan.result);
  }
  inserts.sort((left, right) => (left.details.sku < right.details.sku ? -1 : 1));
  const created = await repository.insertProducts(inserts);
  for (const { sku, productId } of created) results.set(sku, { outcome: 'created', productId });
  const openings = created.filter(({ availableQuantity }) => availableQuantity > 0);
  await repository.insertMovements(
    openings.map(({ productId, availableQuantity }) => ({
      productId,
      kind: 'opening',
      delta: availableQuantity,
      note: 'import',
    })),
  );
  return results;
}

function bySku(products: readonly Product[]): Map<string, Product> {
  return new Map(products.map((product) => [product.sku, product]));
}
