import { z } from 'zod';
import { invalidArgument } from '../../../platform/errors/app-error.ts';
import { cutPage, pageSizeOf } from '../../../platform/data/paging/page.ts';
import { createPageTokens, type PageTokens } from '../../../platform/data/paging/page-token.ts';
import { currencyProblem } from '../../../proto/currencies.ts';
import type { Money } from '../../../proto/money.ts';
import type { ProductsDeps } from './deps.ts';
import type { ListCriteria, Position, ProductPage, SortField } from './types.ts';

export interface ListInput {
  readonly query: string;
  readonly category: string;
  readonly minPrice: Money | undefined;
  readonly maxPrice: Money | undefined;
  readonly inStock: boolean;
  /** One of the values that the contract allows, for example `price desc`; empty for the default. */
  readonly orderBy: string;
  /** 0 for the default of 50; more than 200 is taken as 200. */
  readonly pageSize: number;
  readonly pageToken: string;
}

/**
 * One page of the catalog. A page begins after the sort value and id of the last product before it, so products that
 * are added or deleted meanwhile neither repeat nor hide others.
 * @throws PAGE_TOKEN_INVALID, CURRENCY_MISMATCH for price bounds in two currencies, INVALID_CURRENCY
 */
export async function listProducts(deps: ProductsDeps, input: ListInput): Promise<ProductPage> {
  const criteria = toCriteria(input);
  return deps.cache.page(cacheKey(input), async () => {
    const found = await deps.repository.listProducts(criteria);
    const { shown, last } = cutPage(found, criteria.limit - 1);
    const next = last && { value: last.sortValue, productId: last.product.productId };
    return {
      products: shown.map((row) => row.product),
      nextPageToken: next ? tokens[criteria.sort].encode(next, filterText(input)) : '',
    };
  });
}

/** Finds the same page while it is in memory and not too old. */
export function listProductsAtHand(deps: ProductsDeps, input: ListInput): () => ProductPage | undefined {
  const key = cacheKey(input);
  return () => deps.cache.atHand.page(key);
}

function toCriteria(input: ListInput): ListCriteria {
  const { minPrice, maxPrice } = input;
  const query = input.query.trim() === '' ? undefined : input.query;
  const { sort, descending } = parseOrder(input.orderBy, query !== undefined);
  return {
    query,
    category: input.category,
    currencyCode: currencyOf(minPrice, maxPrice),
    // No product costs nothing. So zero is no bound: it is what a bound with a currency alone has.
    minPriceMinor: minPrice?.minorUnits || undefined,
    maxPriceMinor: maxPrice?.minorUnits || undefined,
    inStock: input.inStock,
    sort,
    descending,
    after: tokens[sort].decode(input.pageToken, filterText(input)),
    limit: pageSizeOf(input.pageSize) + 1,
  };
}

/** The currency of the price bounds. Without one they apply to each product in its own currency. */
function currencyOf(minPrice: Money | undefined, maxPrice: Money | undefined): string | undefined {
  const [min, max] = [minPrice, maxPrice].map((bound) => bound?.currencyCode || undefined);
  checkCurrency('min_price.currency_code', min);
  checkCurrency('max_price.currency_code', max);
  if (min !== undefined && max !== undefined && min !== max) {
    throw invalidArgument('CURRENCY_MISMATCH', 'max_price.currency_code', 'must be the currency of min_price');
  }
  return min ?? max;
}

function checkCurrency(field: string, currencyCode: string | undefined): void {
  const problem = currencyCode && currencyProblem(currencyCode);
  if (problem) throw invalidArgument('INVALID_CURRENCY', field, problem);
}

/** Without a search there is no relevance, so the newest come first. */
function parseOrder(orderBy: string, searching: boolean): { sort: SortField; descending: boolean } {
  const [field, direction] = orderBy.split(' ');
  const descending = direction === 'desc';
  if (field === 'price' || field === 'name' || field === 'create_time') return { sort: field, descending };
  return { sort: searching ? 'relevance' : 'create_time', descending: true };
}

const tokensBy = (value: z.ZodType<string>) => createPageTokens(z.object({ value, productId: z.uuid() }));
const tokens: Readonly<Record<SortField, PageTokens<Position>>> = {
  relevance: tokensBy(z.string().regex(/^\d{1,9}(\.\d{1,30})?(e[+-]?\d{1,2})?$/)),
  price: tokensBy(z.string().regex(/^\d{1,18}$/)),
  name: tokensBy(
    z
      .string()
      .max(1000)
      .regex(/^[^\0]*$/u),
  ),
  create_time: tokensBy(z.iso.datetime()),
};

/** What distinguishes lists: all fields except page size and page token. */
function filterText(input: ListInput): string {
  const price = (bound: Money | undefined) => (bound === undefined ? '' : `${bound.currencyCode}${bound.minorUnits}`);
  const { query, category, minPrice, maxPrice, inStock, orderBy } = input;
  return JSON.stringify([query, category, price(minPrice), price(maxPrice), inStock, orderBy]);
}

function cacheKey(input: ListInput): string {
  return `${filterText(input)} ${input.pageSize} ${input.pageToken}`;
}
