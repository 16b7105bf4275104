import type { MessageInitShape } from '@bufbuild/protobuf';
import { pathToString } from '@bufbuild/protobuf/reflect';
import { createValidator } from '@bufbuild/protovalidate';
import {
  ImportOutcome,
  ProductSchema,
  type ImportProductsResultSchema,
  type ImportProductsRow,
  type Product,
} from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { ruleWords } from '../../../platform/rpc/interceptors/rule-words.ts';
import { missingProduct } from '../domain/errors.ts';
import type { ImportResult, ImportRow } from '../domain/import-plan.ts';
import { maskedDetails } from './field-mask.ts';

const validator = createValidator();
const outcomes = {
  created: ImportOutcome.CREATED,
  updated: ImportOutcome.UPDATED,
  unchanged: ImportOutcome.UNCHANGED,
} as const;

/** The row, or the error that refuses it. A bad product or field mask refuses its row, not the whole request. */
export function importRowFromMessage({
  product,
  updateMask,
  mergeAttributes,
}: ImportProductsRow): ImportRow | AppError {
  if (product === undefined) return missingProduct();
  try {
    check(product);
    // `available_quantity` is not a detail, but a mask of an import may name it.
    const named = updateMask?.paths ?? [];
    const paths = named.filter((path) => !/^available_?quantity$/i.test(path));
    const details = paths.length === 0 && named.length > 0 ? {} : maskedDetails(product, paths);
    const namesStock = product.availableQuantity > 0 || paths.length < named.length;
    const openingStock = namesStock ? product.availableQuantity : undefined;
    return { sku: product.sku, details, mergeAttributes, openingStock };
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function check(product: Product): void {
  const result = validator.validate(ProductSchema, product);
  if (result.kind === 'error') throw result.error;
  if (result.kind === 'valid') return;
  const violations = result.violations.map((violation) => ({
    field: `product.${pathToString(violation.field)}`,
    description: ruleWords(violation),
  }));
  throw new AppError('invalid_argument', 'VALIDATION_FAILED', 'the product breaks the rules', { violations });
}

export function importResultToMessage(result: ImportResult): MessageInitShape<typeof ImportProductsResultSchema> {
  if (result.outcome !== 'refused') {
    const { outcome, productId, keptStock } = result;
    return { outcome: outcomes[outcome], productId, kept: keptStock === undefined ? [] : [stockStays(keptStock)] };
  }
  const { reason, violations } = result.error;
  return {
    outcome: ImportOutcome.REFUSED,
    reason,
    violations: violations.map(({ field, description }) => ({
      field: field.replace(/^product\./, ''),
      description,
    })),
  };
}

function stockStays(pieces: number) {
  const why = 'an import sets the stock of new products only; AdjustStock books goods in and out';
  return { field: 'available_quantity', description: `stays ${pieces}: ${why}` };
}
