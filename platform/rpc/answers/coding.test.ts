import { expect, test } from 'vitest';
import { codingFor } from './coding.ts';

test.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['gzip, deflate, br, zstd', 'br'],
  ['br;q=0.5, gzip;q=0.9', 'gzip'],
  ['GZIP;Q=1', 'gzip'],
  ['x-gzip', 'gzip'],
  ['*', 'br'],
  ['br;q=0, *', 'gzip'],
  ['gzip;q=0', 'identity'],
  ['gzip;q=0.000', 'identity'],
  ['gzip;q=nonsense', 'identity'],
  ['identity', 'identity'],
  ['identity;q=0.5, gzip;q=0.5', 'gzip'],
  ['identity, gzip;q=0.5', 'identity'],
  ['identity;q=0', 'identity'],
  ['deflate, zstd', 'identity'],
  [' , ;;, q=1', 'identity'],
])('Accept-Encoding: %s takes %s', (header, coding) => {
  expect(codingFor(header)).toBe(coding);
  expect(codingFor(header)).toBe(coding);
});
