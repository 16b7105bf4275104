import { randomUUID } from 'node:crypto';
import type { ProductsTransaction } from '../repository/index.ts';
import type { ImportStep } from '../repository/trail.ts';
import { importSubject } from './catalog-change.ts';
import type { ProductsDeps } from './deps.ts';
import { skuTaken } from './errors.ts';
import { planFor, productAfter, type ImportResult, type ImportRow } from './import-plan.ts';
import type { Actor, NewProduct, Product } from './types.ts';

export interface ImportInput {
  readonly rows: readonly ImportRow[];
  /** If true, nothing is written: the results tell what the import would do. */
  readonly validateOnly: boolean;
  readonly by: Actor;
  /** Why; empty if nobody said. */
  readonly reason: string;
  /** The entry of the audit trail that the caller has written for the whole import. */
  readonly importEntryId: string | undefined;
}

type Step = Omit<ImportStep, 'created' | 'updated'>;

/** A row with what makes its SKU unique. */
type KeyedRow = ImportRow & { readonly key: string };
type ProductsByKey = ReadonlyMap<string, readonly Product[]>;

// Few rows, since checkouts may wait for the locks of the transaction.
const rowsPerTransaction = 50;
const attempts = 3;

/**
 * Creates or changes products by SKU. A refused row does not stop the others, and a product that is already as it
 * should be is not written. Rows are committed in small groups: after a failure the earlier groups are done, and the
 * whole import may be repeated. The audit trail gets one entry, which counts what was committed.
 * @returns one result for each row, in order
 */
export async function importProducts(deps: ProductsDeps, input: ImportInput): Promise<ImportResult[]> {
  const keys = await deps.repository.skuKeys(input.rows.map(({ sku }) => sku));
  const rows = input.rows.map((row, index): KeyedRow => ({ ...row, key: keys[index] ?? '' }));
  if (input.validateOnly) return foresee(deps, rows);
  const { by, reason, importEntryId } = input;
  const told = { ...by, changeId: randomUUID(), subject: importSubject(input.rows), reason, importEntryId };
  const results: ImportResult[] = [];
  for (const group of groupsOf(rows)) {
    results.push(...(await importGroup(deps, group, { ...told, requestId: undefined })));
  }
  if (results.some(({ outcome }) => isChange(outcome))) await deps.repository.endImport(told.changeId);
  return results;
}

function isChange(outcome: ImportResult['outcome']): outcome is 'created' | 'updated' {
  return outcome === 'created' || outcome === 'updated';
}

/** What the import would do. A later row sees what an earlier row would have written, as it does in the import. */
async function foresee(deps: ProductsDeps, rows: readonly KeyedRow[]): Promise<ImportResult[]> {
  const known = new Map(await deps.repository.findBySkuKeys(rows.map(({ key }) => key)));
  return rows.map((row) => {
    const current = productOf(row, known);
    const plan = planFor(row, current);
    if (plan.kind === 'done') return plan.result;
    const others = (known.get(row.key) ?? []).filter((product) => product !== current);
    known.set(row.key, [productAfter(plan, current), ...others]);
    return plan.kind === 'insert' ? { outcome: 'created', productId: '' } : plan.result;
  });
}

/** The product that the row means. If products that are older than keys share one, the SKU as it is written decides. */
function productOf({ key, sku }: KeyedRow, known: ProductsByKey): Product | undefined {
  const found = known.get(key) ?? [];
  return found.find((product) => product.sku === sku) ?? found[0];
}

/** Groups of consecutive rows. No group has a key twice, so that a later row sees what an earlier row wrote. */
function groupsOf(rows: readonly KeyedRow[]): KeyedRow[][] {
  const groups: KeyedRow[][] = [];
  let keys = new Set<string>();
  for (const row of rows) {
    let group = groups.at(-1);
    if (group === undefined || group.length === rowsPerTransaction || keys.has(row.key)) {
      group = [];
      groups.push(group);
      keys = new Set();
    }
    keys.add(row.key);
    group.push(row);
  }
  return groups;
}

async function importGroup(deps: ProductsDeps, rows: readonly KeyedRow[], step: Step) {
  const known = await deps.repository.findBySkuKeys(rows.map(({ key }) => key));
  const plans = new Map(rows.map((row) => [row.key, planFor(row, productOf(row, known))]));
  const open = rows.filter(({ key }) => plans.get(key)?.kind !== 'done');
  const written = await write(deps, open, step);
  return rows.map(({ key, sku }): ImportResult => {
    const plan = plans.get(key);
    if (plan?.kind === 'done') return plan.result;
    return written.get(key) ?? { outcome: 'refused', error: skuTaken(sku) };
  });
}

/** Writes rows, and gives the results by key. Tries a row again if another call created its SKU after the read. */
async function write(deps: ProductsDeps, open: readonly KeyedRow[], step: Step): Promise<Map<string, ImportResult>> {
  const results = new Map<string, ImportResult>();
  for (let attempt = 0; attempt < attempts; attempt++) {
    const left = open.filter(({ key }) => !results.has(key));
    if (left.length === 0) break;
    const done = await deps.repository.transaction((repository) => writeOnce(repository, left, step));
    for (const [key, result] of done) results.set(key, result);
    deps.cache.catalogChanged([...done.values()].flatMap((each) => ('productId' in each ? [each.productId] : [])));
  }
  return results;
}

/**
 * Locks known products in the order of their ids, then inserts in the order of keys, so that two imports do not
 * deadlock.
 */
async function writeOnce(repository: ProductsTransaction, rows: readonly KeyedRow[], step: Step) {
  const known = await repository.lockBySkuKeys(rows.map(({ key }) => key));
  const results = new Map<string, ImportResult>();
  const inserts = new Map<string, NewProduct>();
  for (const row of rows.toSorted((left, right) => (left.key < right.key ? -1 : 1))) {
    const plan = planFor(row, productOf(row, known));
    if (plan.kind === 'done') results.set(row.key, plan.result);
    if (plan.kind === 'insert') inserts.set(row.key, plan.product);
    if (plan.kind !== 'update') continue;
    await repository.updateProduct(plan.result.productId, plan.changes);
    results.set(row.key, plan.result);
  }
  const created = await repository.insertProducts([...inserts.values()]);
  const createdIds = new Set(created.map(({ productId }) => productId));
  for (const [key, { productId }] of inserts) {
    if (createdIds.has(productId)) results.set(key, { outcome: 'created', productId });
  }
  const openings = created.filter(({ availableQuantity }) => availableQuantity > 0);
  await repository.insertMovements(
    openings.map(({ productId, availableQuantity }) => ({
      productId,
      kind: 'opening',
      delta: availableQuantity,
      note: 'import',
    })),
  );
  const outcomes = [...results.values()].map(({ outcome }) => outcome).filter(isChange);
  const updated = outcomes.filter((outcome) => outcome === 'updated').length;
  if (outcomes.length > 0) await repository.countImport({ ...step, created: outcomes.length - updated, updated });
  return results;
}
