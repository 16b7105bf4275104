import fc from 'fast-check';
import { expect, test } from 'vitest';
import { searchWords } from './search-words.ts';

test('words are lower case, without accents and punctuation, and none comes twice', () => {
  expect(searchWords('  Café-au-LAIT, café!')).toEqual(['cafe', 'au', 'lait']);
  expect(searchWords("o'neill's")).toEqual(['o', 'neill', 's']);
  expect(searchWords('!&|:*()')).toEqual([]);
});

test('no word has a character with a meaning in a search expression, whatever the query is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (query) => {
      for (const word of searchWords(query)) expect(word).toMatch(/^[\p{L}\p{N}]+$/u);
      expect(searchWords(query).length).toBeLessThanOrEqual(12);
    }),
  );
});
