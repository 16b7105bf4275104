import { malformed } from '../json/malformed.ts';

/**
 * The parameters of a query. A stray `%` stays as it is, as browsers send it.
 * @throws MALFORMED_REQUEST for bytes that are not UTF-8, which would become U+FFFD without a word, and find nothing
 */
export function readQuery(search: string): URLSearchParams {
  if (search.includes('%')) {
    try {
      decodeURIComponent(search.replace(/%(?![\da-f]{2})/gi, '%25'));
    } catch {
      throw malformed([], 'the query is not in UTF-8');
    }
  }
  return new URLSearchParams(search);
}
