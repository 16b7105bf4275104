import { expect, test } from 'vitest';
import { parsePathTemplate } from './path-template.ts';

test.each<[string, string, readonly string[] | undefined]>([
  ['/v1/things', '/v1/things', []],
  ['/v1/things', '/v1/things/', undefined],
  ['/v1/things:batchGet', '/v1/things:batchGet', []],
  ['/v1/things/{id}', '/v1/things/a', ['a']],
  ['/v1/things/{id}', '/v1/things/a%2Fb%3Ac', ['a/b:c']],
  ['/v1/things/{id}', '/v1/things/a/b', undefined],
  ['/v1/things/{id}', '/v1/things/', undefined],
  ['/v1/things/{id}', '/v1/things/a:cancel', undefined],
  ['/v1/things/{id}', '/v1/things/%zz', ['%zz']],
  ['/v1/things/{id}:cancel', '/v1/things/a:cancel', ['a']],
  ['/v1/things/{id}:cancel', '/v1/things/a', undefined],
  ['/v1/{thing.id}/parts/{part}', '/v1/a/parts/b', ['a', 'b']],
  ['/v1/{name=folders/*}', '/v1/folders/a', ['folders/a']],
  ['/v1/{name=folders/*}', '/v1/boxes/a', undefined],
  ['/v1/{name=folders/*/files/*}:read', '/v1/folders/a/files/b:read', ['folders/a/files/b']],
  ['/v1/{name=**}', '/v1/a/b/c', ['a/b/c']],
  ['/v1.0/(x)', '/v1.0/(x)', []],
  ['/v1.0/x', '/v1a0/x', undefined],
])('%s matches %s as %j', (template, path, values) => {
  expect(parsePathTemplate(template).match(path)).toEqual(values);
});
