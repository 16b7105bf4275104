import { formatMoney } from '../../../proto/money.ts';
import { changedDetails } from './details.ts';
import type { ImportRow } from './import-plan.ts';
import type { Product, ProductDetails } from './types.ts';

const longestSubject = 200;
const namedRows = 3;

/** What a change of one product was about. */
export function subjectOf({ productId, sku }: Pick<Product, 'productId' | 'sku'>): string {
  return `product ${productId} (${sku})`;
}

/** What an update does to a product: the names of the details, and the price before and after. Empty if it does nothing. */
export function updateDetail(before: Product, details: Partial<ProductDetails>): string {
  return Object.keys(changedDetails(before, details))
    .map((name) => {
      if (name !== 'price' || details.price === undefined) return name;
      return `price ${formatMoney(before.price)} → ${formatMoney(details.price)}`;
    })
    .join(', ');
}

/** What an import was about: how many rows, and the SKUs of the first ones. */
export function importSubject(rows: readonly ImportRow[]): string {
  const named = rows.slice(0, namedRows).map(({ sku }) => sku);
  const all = `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}: ${named.join(', ')}`;
  const cut = all.length > longestSubject || rows.length > namedRows;
  return cut ? `${all.slice(0, longestSubject)}, …` : all;
}
