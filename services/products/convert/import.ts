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
import { missingProduct } from '../domain/errors.ts';
import type { ImportResult, ImportRow } from '../domain/import-products.ts';
import { maskedDetails } from './field-mask.ts';

const validator = createValidator();
const outcomes = {
  created: ImportOutcome.CREATED,
  updated: ImportOutcome.UPDATED,
  unchanged: ImportOutcome.UNCHANGED,
} as const;

/** The row, or the error that refuses it. A bad product or field mask refuses its row, not the whole request. */
export function importRowFromMessage({ product, updateMask }: ImportProductsRow): ImportRow | AppError {
  if (product === undefined) return missingProduct();
  try {
    check(product);
    // `available_quantity` is not a detail, but a mask of an import may name it.
    const paths = (updateMask?.paths ?? []).filter((path) => !/^available_?quantity$/i.test(path));
    const onlyStock = paths.length === 0 && (updateMask?.paths.length ?? 0) > 0;
    const details = onlyStock ? {} : maskedDetails(product, paths);
    return { sku: product.sku, details, openingStock: product.availableQuantity };
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function check(product: Product): void {
  const result = validator.validate(ProductSchema, product);
  if (result.kind === 'error') throw result.error;
  if (result.kind === 'valid') return;
  const violations = result.violations.map(({ field, message }) => ({
    field: `product.${pathToString(field)}`,
    description: message,
  }));
  throw new AppError('invalid_argument', 'VALIDATION_FAILED', 'the product breaks the rules', { violations });
}

export function importResultToMessage(result: ImportResult): MessageInitShape<typeof ImportProductsResultSchema> {
  if (result.outcome !== 'refused') return { outcome: outcomes[result.outcome], productId: result.productId };
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
