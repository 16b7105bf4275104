import { randomUUID } from 'node:crypto';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { ProductsTransaction } from '../repository/index.ts';
import type { ProductsDeps } from './deps.ts';
import { checkDetails, detailsFingerprint } from './details.ts';
import { missingField, skuTaken } from './errors.ts';
import { detailsOf } from './product.ts';
import type { NewProduct, Product, ProductDetails } from './types.ts';

/** What a product should be. */
export interface ImportRow {
  readonly sku: string;
  /** The fields to set. A new product needs at least a name and a price. */
  readonly details: Partial<ProductDetails>;
  /** Pieces of a new product; the stock of others is left alone. */
  readonly openingStock: number;
}

export interface ImportInput {
  readonly rows: readonly ImportRow[];
  /** Only say what would become of the rows, and write nothing. */
  readonly validateOnly: boolean;
}

export type ImportResult =
  | { readonly outcome: 'created' | 'updated' | 'unchanged'; /** Empty for one that would be new. */ productId: string }
  | { readonly outcome: 'refused'; readonly error: AppError };

type Plan =
  | { readonly kind: 'insert'; readonly product: NewProduct }
  | { readonly kind: 'update'; readonly productId: string; readonly changes: Partial<ProductDetails> }
  | { readonly kind: 'done'; readonly result: ImportResult };

// A transaction holds its rows' locks, for which checkouts may wait.
const rowsPerTransaction = 50;
const attempts = 3;

/**
 * Creates or changes products by SKU, row by row in order; a row that is refused holds back no other, and one that is
 * as it should be already writes nothing. Rows are committed in small groups: a failure leaves the earlier groups
 * done, and repeating all of them is safe.
 * @returns one result for each row, in order
 */
export async function importProducts(deps: ProductsDeps, input: ImportInput): Promise<ImportResult[]> {
  const { rows, validateOnly } = input;
  const results: ImportResult[] = [];
  for (const group of groupsOf(rows)) results.push(...(await importGroup(deps, group, validateOnly)));
  return results;
}

/** Consecutive rows, no two with one SKU, so that of two the later sees what the earlier did. */
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

async function importGroup(deps: ProductsDeps, rows: readonly ImportRow[], validateOnly: boolean) {
  const known = bySku(await deps.repository.findBySkus(rows.map(({ sku }) => sku)));
  const plans = new Map(rows.map((row) => [row.sku, planFor(row, known.get(row.sku))]));
  const open = rows.filter(({ sku }) => plans.get(sku)?.kind !== 'done');
  const written = validateOnly ? foreseen(plans) : await write(deps, open);
  return rows.map(({ sku }): ImportResult => {
    const plan = plans.get(sku);
    if (plan?.kind === 'done') return plan.result;
    return written.get(sku) ?? { outcome: 'refused', error: skuTaken(sku) };
  });
}

function foreseen(plans: ReadonlyMap<string, Plan>): Map<string, ImportResult> {
  const results = new Map<string, ImportResult>();
  for (const [sku, plan] of plans) {
    if (plan.kind === 'insert') results.set(sku, { outcome: 'created', productId: '' });
    if (plan.kind === 'update') results.set(sku, { outcome: 'updated', productId: plan.productId });
  }
  return results;
}

/** Writes rows; again for those whose SKU somebody else took between the look and the insert. */
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

/** Locks known products in id order, then inserts in SKU order: two imports at once can't wait in a circle. */
async function writeOnce(repository: ProductsTransaction, rows: readonly ImportRow[]) {
  const known = bySku(await repository.lockBySkus(rows.map(({ sku }) => sku)));
  const results = new Map<string, ImportResult>();
  const inserts: NewProduct[] = [];
  for (const row of rows) {
    const plan = planFor(row, known.get(row.sku));
    if (plan.kind === 'done') results.set(row.sku, plan.result);
    if (plan.kind === 'insert') inserts.push(plan.product);
    if (plan.kind !== 'update') continue;
    await repository.updateProduct(plan.productId, plan.changes);
    results.set(row.sku, { outcome: 'updated', productId: plan.productId });
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

function planFor(row: ImportRow, current: Product | undefined): Plan {
  try {
    checkDetails({ ...row.details, sku: row.sku });
    if (current === undefined) return { kind: 'insert', product: toNewProduct(row) };
    const changes = changesOf(current, row.details);
    const { productId } = current;
    if (Object.keys(changes).length > 0) return { kind: 'update', productId, changes };
    return { kind: 'done', result: { outcome: 'unchanged', productId } };
  } catch (error) {
    if (error instanceof AppError) return { kind: 'done', result: { outcome: 'refused', error } };
    throw error;
  }
}

function toNewProduct({ sku, details, openingStock }: ImportRow): NewProduct {
  const { name, price } = details;
  if (name === undefined) throw missingField('name');
  if (price === undefined) throw missingField('price');
  return { productId: randomUUID(), details: { ...details, sku, name, price }, onHand: openingStock };
}

/** The given details that the product does not have already. */
function changesOf(current: Product, details: Partial<ProductDetails>): Partial<ProductDetails> {
  const before = detailsFingerprint(detailsOf(current));
  const after = detailsFingerprint(details);
  return Object.fromEntries(Object.entries(details).filter(([name]) => before[name] !== after[name]));
}

function bySku(products: readonly Product[]): Map<string, Product> {
  return new Map(products.map((product) => [product.sku, product]));
}
