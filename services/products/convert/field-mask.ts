import type { Product } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { invalidArgument } from '../../../platform/errors/app-error.ts';
import { toPrice } from './product.ts';
import type { ProductDetails } from '../domain/product.ts';

type Details = Partial<ProductDetails>;

/** What a mask may name, and how the field is taken from the message. */
const fields: Readonly<Record<string, (product: Product) => Details>> = {
  sku: ({ sku }) => ({ sku }),
  name: ({ name }) => ({ name }),
  description: ({ description }) => ({ description }),
  category: ({ category }) => ({ category }),
  price: ({ price }) => {
    if (price === undefined) throw invalidArgument('INVALID_PRODUCT', 'product.price', 'must be set');
    return { price: toPrice(price) };
  },
  image_url: ({ imageUrl }) => ({ imageUrl }),
  attributes: ({ attributes }) => ({ attributes }),
};

const allFields = Object.keys(fields);

function isFilled(product: Product, path: string): boolean {
  if (path === 'price') return product.price !== undefined;
  const [value] = Object.values(fields[path]?.(product) ?? {});
  return typeof value === 'object' ? Object.keys(value).length > 0 : value !== '';
}

/**
 * The fields of a product that a mask selects. An empty mask means every field that has a value, `*` means all
 * (https://google.aip.dev/134). Paths are proto names; JSON names are taken too.
 * @throws INVALID_FIELD_MASK for a path that can't be set, INVALID_PRODUCT for a selected price that is missing
 */
export function maskedDetails(product: Product, paths: readonly string[]): Details {
  const selected =
    paths.length === 0
      ? allFields.filter((path) => isFilled(product, path))
      : paths.flatMap((path) => (path === '*' ? allFields : [toProtoName(path)]));
  const details = selected.map((path) => {
    const take = Object.hasOwn(fields, path) ? fields[path] : undefined;
    if (take === undefined) {
      throw invalidArgument('INVALID_FIELD_MASK', 'update_mask', `may name ${allFields.join(', ')}`);
    }
    return take(product);
  });
  return Object.assign({}, ...details) as Details;
}

function toProtoName(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
