import { invalidArgument } from '../../../platform/errors/app-error.ts';
import type { ProductDetails } from './types.ts';

const maxPriceMinor = 100_000_000_000n;
const maxAttributes = 50;
// The same patterns as in the contract's rules for a new product.
const notBlank = /[^\0- ]/;
const webAddress =
  /^https?:\/\/[0-9A-Za-z](?:[0-9A-Za-z.-]*[0-9A-Za-z])?(?::[0-9]{1,5})?(?:[/?#][!#-&(-;=?-Z_a-z~]*)?$/;

function violation(field: string, description: string): never {
  throw invalidArgument('INVALID_PRODUCT', `product.${field}`, description);
}

/**
 * Checks the rules that every product must keep. For a new product the contract checks them already; for an import and
 * for a change by field mask only this does.
 * @throws INVALID_PRODUCT
 */
export function checkDetails(details: Partial<ProductDetails>): void {
  const { sku, name, price, imageUrl, attributes = {} } = details;
  if (sku !== undefined && !notBlank.test(sku)) violation('sku', 'must not be empty');
  if (name !== undefined && !notBlank.test(name)) violation('name', 'must not be empty');
  if (price !== undefined && (price.minorUnits <= 0n || price.minorUnits > maxPriceMinor)) {
    violation('price.minor_units', `must be from 1 to ${maxPriceMinor}`);
  }
  if (imageUrl !== undefined && imageUrl !== '' && !webAddress.test(imageUrl)) {
    violation('image_url', 'must be an http or https address');
  }
  if (Object.keys(attributes).length > maxAttributes) {
    violation('attributes', `must be at most ${maxAttributes}, those that the product has included`);
  }
}

/** The details as text, to compare a repeat with the first request, or a product with a change of it. */
export function detailsFingerprint(details: Partial<ProductDetails>): Record<string, string> {
  const { price, attributes, ...texts } = details;
  return {
    ...texts,
    ...(price === undefined ? {} : { price: `${price.currencyCode} ${price.minorUnits}` }),
    ...(attributes === undefined ? {} : { attributes: sortedText(attributes) }),
  };
}

function sortedText(attributes: ProductDetails['attributes']): string {
  return JSON.stringify(Object.entries(attributes).sort(([left], [right]) => (left < right ? -1 : 1)));
}
