import { invalidArgument } from '../../platform/errors/app-error.ts';
import type { ProductDetails } from './product.ts';

const maxPriceMinor = 100_000_000_000n;

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
  if (sku !== undefined && sku.trim() === '') violation('sku', 'must not be empty');
  if (name !== undefined && name.trim() === '') violation('name', 'must not be empty');
  if (price !== undefined && (price.minorUnits <= 0n || price.minorUnits > maxPriceMinor)) {
    violation('price.minor_units', `must be from 1 to ${maxPriceMinor}`);
  }
  if (imageUrl !== undefined && imageUrl !== '' && !isWebAddress(imageUrl)) {
    violation('image_url', 'must be an http or https address');
  }
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
}

/** The details as flat values, for comparing a repeat with its first request. */
export function detailsFingerprint(details: ProductDetails): Record<string, string> {
  const { price, attributes, ...texts } = details;
  const sorted = Object.entries(attributes).sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    ...texts,
    price: `${price.currencyCode} ${price.minorUnits}`,
    attributes: JSON.stringify(sorted),
  };
}
