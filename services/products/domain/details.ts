import { invalidArgument } from '../../../platform/errors/app-error.ts';
import { currencyProblem } from '../../../proto/currencies.ts';
import type { Money } from '../../../proto/money.ts';
import { asciiAddress, cleanSku, isVisible } from './clean.ts';
import { detailsOf } from './product.ts';
import type { Product, ProductDetails } from './types.ts';

const maxPriceMinor = 100_000_000_000n;
const maxAttributes = 50;
const maxAddressLength = 2048;
// The same pattern as in the contract's rules for a new product: a host, a port, and a path without spaces and quotes.
const webAddress =
  /^https?:\/\/[^\0-/:-@[-^`{-\u00a0](?:[^\0-,/:-@[-^`{-\u00a0]*[^\0-/:-@[-^`{-\u00a0])?(?::[0-9]{1,5})?(?:[/?#][^\0- "<>`{-}\x7f-\u00a0]*)?$/u;

function violation(field: string, description: string): never {
  throw invalidArgument('INVALID_PRODUCT', `product.${field}`, description);
}

/**
 * Checks the rules that every product must keep. For a new product the contract checks most of them already; for an
 * import and for a change by field mask only this does.
 * @returns the details as they are stored: the SKU without spaces around it, the address of the picture in ASCII
 * @throws INVALID_PRODUCT
 */
export function checkedDetails<Details extends Partial<ProductDetails>>(details: Details): Details {
  const { sku, name, category = '', price, imageUrl, attributes = {} } = details;
  if (sku !== undefined && !isVisible(sku)) violation('sku', 'must have a visible character');
  if (name !== undefined && !isVisible(name)) violation('name', 'must have a visible character');
  if (category !== '' && !isVisible(category)) violation('category', 'must be empty or have a visible character');
  if (price !== undefined) checkPrice(price);
  const names = Object.keys(attributes);
  if (!names.every(isVisible)) violation('attributes', 'must have a visible character in each name');
  if (names.length > maxAttributes) {
    violation('attributes', `must be at most ${maxAttributes}, those that the product has included`);
  }
  return {
    ...details,
    ...(sku !== undefined && { sku: cleanSku(sku) }),
    ...(imageUrl !== undefined && { imageUrl: checkedAddress(imageUrl) }),
  };
}

function checkPrice({ currencyCode, minorUnits }: Money): void {
  if (minorUnits <= 0n) violation('price.minor_units', 'must be above zero');
  if (minorUnits > maxPriceMinor) violation('price.minor_units', `must be at most ${maxPriceMinor}`);
  const problem = currencyProblem(currencyCode);
  if (problem !== undefined) violation('price.currency_code', problem);
}

function checkedAddress(imageUrl: string): string {
  if (imageUrl === '') return '';
  if (!/^https?:/.test(imageUrl)) violation('image_url', 'must be an http or https address');
  if (!webAddress.test(imageUrl)) {
    violation('image_url', 'must be an address with the name of a host, without spaces, double quotes and < > { | } `');
  }
  const address = asciiAddress(imageUrl);
  if (address.length <= maxAddressLength) return address;
  return violation('image_url', `must have at most ${maxAddressLength} characters in its percent-encoded form`);
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

/** Those of the given details that differ from the product's. */
export function changedDetails(current: Product, details: Partial<ProductDetails>): Partial<ProductDetails> {
  const before = detailsFingerprint(detailsOf(current));
  const after = detailsFingerprint(details);
  return Object.fromEntries(Object.entries(details).filter(([name]) => before[name] !== after[name]));
}

function sortedText(attributes: ProductDetails['attributes']): string {
  return JSON.stringify(Object.entries(attributes).sort(([left], [right]) => (left < right ? -1 : 1)));
}
