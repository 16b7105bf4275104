import { invalidArgument } from '../../../platform/errors/app-error.ts';
import type { ProductDetails } from './types.ts';

const maxPriceMinor = 100_000_000_000n;
// Both as the contract has them for a new product.
const notBlank = /[^\0- ]/;
const webAddress =
  /^https?:\/\/[0-9A-Za-z](?:[0-9A-Za-z.-]*[0-9A-Za-z])?(?::[0-9]{1,5})?(?:[/?#][!#-&(-;=?-Z_a-z~]*)?$/;

function violation(field: string, description: string): never {
  throw invalidArgument('INVALID_PRODUCT', `product.${field}`, description);
}

/**
 * What must hold of any product, however it was written: the contract's rules cover creation, a change by field mask
 * meets them here.
 * @throws INVALID_PRODUCT
 */
export function checkDetails(details: Partial<ProductDetails>): void {
  const { sku, name, price, imageUrl } = details;
  if (sku !== undefined && !notBlank.test(sku)) violation('sku', 'must not be empty');
  if (name !== undefined && !notBlank.test(name)) violation('name', 'must not be empty');
  if (price !== undefined && (price.minorUnits <= 0n || price.minorUnits > maxPriceMinor)) {
    violation('price.minor_units', `must be from 1 to ${maxPriceMinor}`);
  }
  if (imageUrl !== undefined && imageUrl !== '' && !webAddress.test(imageUrl)) {
    violation('image_url', 'must be an http or https address');
  }
}

/** The details as flat values, for comparing a repeat with its first request and a product with its change. */
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
