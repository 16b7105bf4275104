import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tellMore, warnOfMore } from './more.ts';

let said: string[];

beforeEach(() => {
  said = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => vi.restoreAllMocks());

const page = { shown: 20, nextPageToken: 'abc', narrow: '--since' };
const message = 'there is more than these 20: raise --limit, choose with --since, or go on with --page-token abc';

test('a list that goes on says so, and how to see the rest; its last page does not', () => {
  tellMore({ json: false }, { ...page, nextPageToken: '' });
  tellMore({ json: true }, { ...page, nextPageToken: '' });
  expect(said).toEqual([]);
  tellMore({ json: false }, page);
  tellMore({ json: false }, { ...page, narrow: '' });
  expect(said).toEqual([message, message.replace(', choose with --since', '')]);
});

test('programs get the token of the next page on standard error', () => {
  tellMore({ json: true }, page);
  warnOfMore({ json: true }, 'there is more');
  expect(said.map((line) => JSON.parse(line) as unknown)).toEqual([
    { warning: { reason: 'MORE_ROWS', message, nextPageToken: 'abc' } },
    { warning: { reason: 'MORE_ROWS', message: 'there is more' } },
  ]);
});
