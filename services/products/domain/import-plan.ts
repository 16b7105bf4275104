import { randomUUID } from 'node:crypto';
import { AppError } from '../../../platform/errors/app-error.ts';
import { changedDetails, checkedDetails } from './details.ts';
import { missingField } from './errors.ts';
import type { NewProduct, Product, ProductDetails } from './types.ts';

/** One row of an import: what the product with this SKU should be. */
export interface ImportRow {
  readonly sku: string;
  /** The details to set. A new product needs at least a name and a price. */
  readonly details: Partial<ProductDetails>;
  /** The attributes are single changes: each is set, one with an empty value is removed, and all others stay. */
  readonly mergeAttributes: boolean;
  /** Pieces of a new product; undefined if the row names none. The stock of an existing product is not changed. */
  readonly openingStock: number | undefined;
}

/** A row that was taken. */
interface ImportedRow<Outcome extends string = 'created' | 'updated' | 'unchanged'> {
  readonly outcome: Outcome;
  /** Empty if the product would be new. */
  readonly productId: string;
  /** The available pieces of an existing product, if the row names another number. */
  readonly keptStock?: number;
}

export type ImportResult = ImportedRow | { readonly outcome: 'refused'; readonly error: AppError };

export type Plan =
  | { readonly kind: 'insert'; readonly product: NewProduct }
  | {
      readonly kind: 'update';
      readonly changes: Partial<ProductDetails>;
      readonly result: ImportedRow<'updated'>;
    }
  | { readonly kind: 'done'; readonly result: ImportResult };

/** What is to be done for a row, if `current` is the product that has its SKU. */
export function planFor(row: ImportRow, current: Product | undefined): Plan {
  try {
    const merged = row.mergeAttributes ? withMerged(row.details, current) : row.details;
    const { sku, ...details } = checkedDetails({ ...merged, sku: row.sku });
    if (current === undefined) return { kind: 'insert', product: toNewProduct(sku, details, row.openingStock) };
    const changes = changedDetails(current, details);
    const { productId, availableQuantity } = current;
    const differs = row.openingStock !== undefined && row.openingStock !== availableQuantity;
    const known = { productId, ...(differs && { keptStock: availableQuantity }) };
    if (Object.keys(changes).length === 0) return { kind: 'done', result: { outcome: 'unchanged', ...known } };
    return { kind: 'update', changes, result: { outcome: 'updated', ...known } };
  } catch (error) {
    if (error instanceof AppError) return { kind: 'done', result: { outcome: 'refused', error } };
    throw error;
  }
}

/** The product as it will be when the plan is carried out. */
export function productAfter(plan: Exclude<Plan, { kind: 'done' }>, current: Product | undefined): Product {
  const details = plan.kind === 'insert' ? plan.product.details : plan.changes;
  const now = new Date();
  const before = current ?? {
    productId: '',
    sku: '',
    name: '',
    description: '',
    category: '',
    price: { currencyCode: '', minorUnits: 0n },
    imageUrl: '',
    attributes: {},
    availableQuantity: plan.kind === 'insert' ? plan.product.onHand : 0,
    version: 1,
    createTime: now,
    updateTime: now,
  };
  return { ...before, ...details };
}

/** The row's attributes in those of the product. */
function withMerged(details: Partial<ProductDetails>, current: Product | undefined): Partial<ProductDetails> {
  if (details.attributes === undefined) return details;
  const changes = Object.entries(details.attributes);
  const removed = new Set(changes.filter(([, value]) => value === '').map(([name]) => name));
  const merged = Object.entries({ ...current?.attributes, ...details.attributes });
  return { ...details, attributes: Object.fromEntries(merged.filter(([name]) => !removed.has(name))) };
}

function toNewProduct(sku: string, details: Partial<ProductDetails>, openingStock = 0): NewProduct {
  const { name, price } = details;
  if (name === undefined) throw missingField('name');
  if (price === undefined) throw missingField('price');
  return { productId: randomUUID(), details: { ...details, sku, name, price }, onHand: openingStock };
}
