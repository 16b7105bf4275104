import type { ListCriteria } from '../domain/types.ts';

/** The first page of all products. */
export const allProducts: ListCriteria = {
  query: undefined,
  category: '',
  currencyCode: undefined,
  minPriceMinor: undefined,
  maxPriceMinor: undefined,
  inStock: false,
  sort: 'create_time',
  descending: true,
  after: undefined,
  limit: 51,
};
