import { isFieldSet } from '@bufbuild/protobuf';
import { ProductSchema, type Product } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { invalidArgument } from '../../../platform/errors/app-error.ts';
import { detailNames } from '../domain/product.ts';
import type { ProductDetails } from '../domain/types.ts';

type DetailName = keyof ProductDetails;

/** The paths that a mask may name: each detail by its name in the contract. */
const detailsByPath = new Map(detailNames.map((name) => [ProductSchema.field[name].name, name]));

/**
 * The details of a product that a mask selects. An empty mask selects every field that has a value, `*` selects all
 * (https://google.aip.dev/134). Paths are proto names; JSON names are accepted, too.
 * @throws INVALID_FIELD_MASK for a path that can't be set, INVALID_PRODUCT for a selected price that is missing
 */
export function maskedDetails(product: Product, paths: readonly string[]): Partial<ProductDetails> {
  const filled = detailNames.filter((name) => isFieldSet(product, ProductSchema.field[name]));
  const selected = paths.length === 0 ? [filled] : paths.map(detailsNamedBy);
  const details = selected.flat().map((name) => [name, valueOf(product, name)]);
  return Object.fromEntries(details) as Partial<ProductDetails>;
}

function detailsNamedBy(path: string): readonly DetailName[] {
  if (path === '*') return detailNames;
  const name = detailsByPath.get(toProtoName(path));
  if (name !== undefined) return [name];
  throw invalidArgument('INVALID_FIELD_MASK', 'update_mask', `may only name ${[...detailsByPath.keys()].join(', ')}`);
}

function valueOf(product: Product, name: DetailName): unknown {
  const value = product[name];
  if (value !== undefined) return value;
  throw invalidArgument('INVALID_PRODUCT', `product.${ProductSchema.field[name].name}`, 'must be set');
}

function toProtoName(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
