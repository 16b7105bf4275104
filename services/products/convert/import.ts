import type { ServiceImpl } from '@connectrpc/connect';
import { pathToString } from '@bufbuild/protobuf/reflect';
import { createValidator } from '@bufbuild/protovalidate';
import {
  ImportOutcome,
  ProductSchema,
  type ImportProductsRow,
  type Product,
  type ProductService,
} from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { ProductsDeps } from '../domain/deps.ts';
import { missingProduct } from '../domain/errors.ts';
import { importProducts as importAll, type ImportResult, type ImportRow } from '../domain/import-products.ts';
import { maskedDetails } from './field-mask.ts';

const validator = createValidator();
const outcomes = {
  created: ImportOutcome.CREATED,
  updated: ImportOutcome.UPDATED,
  unchanged: ImportOutcome.UNCHANGED,
} as const;

export function importProducts(deps: ProductsDeps): ServiceImpl<typeof ProductService>['importProducts'] {
  return async ({ rows, validateOnly }) => {
    const read = rows.map(readRow);
    const imported = await importAll(deps, read.filter(isRow), validateOnly);
    const answers = imported.values();
    const results = read.map((row) => {
      const answer = isRow(row) ? answers.next().value : undefined;
      return toResult(answer ?? { outcome: 'refused', error: isRow(row) ? missingProduct() : row });
    });
    return { results };
  };
}

function isRow(row: ImportRow | AppError): row is ImportRow {
  return !(row instanceof AppError);
}

/** The contract's rules for products, and the field mask's, refuse the row rather than the request. */
function readRow({ product, updateMask }: ImportProductsRow): ImportRow | AppError {
  if (product === undefined) return missingProduct();
  try {
    check(product);
    // A product's stock and what the service gives it are no details, but may stand in a row.
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

function toResult(result: ImportResult) {
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
