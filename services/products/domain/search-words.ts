const maxWords = 12;

/**
 * The words of a user's query: lower case, without accents, letters and digits only. They are safe in any search
 * expression. `products.search_text` in the database folds stored text the same way.
 * @returns at most 12 words; none if the query has no letter or digit
 */
export function searchWords(query: string): string[] {
  const words = query
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  return [...new Set(words)].slice(0, maxWords);
}
