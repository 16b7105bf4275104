import { afterEach, expect, test, vi } from 'vitest';
import { tellMore } from './more.ts';

afterEach(() => vi.restoreAllMocks());

test('a list that goes on says so, but not to a program, and not on its last page', () => {
  const said: string[] = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
  const page = { shown: 20, nextPageToken: 'more', narrow: '--since' };
  tellMore({ json: true }, page);
  tellMore({ json: false }, { ...page, nextPageToken: '' });
  expect(said).toEqual([]);
  tellMore({ json: false }, page);
  expect(said).toEqual(['These are the first 20; there are more: raise --limit, or choose with --since.']);
});
