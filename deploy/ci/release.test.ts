import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { imageOf, places, setOnce } from './release.ts';

const root = join(import.meta.dirname, '../..');

test('a release sets name and tag wherever the production image stands, and nothing else', () => {
  const wanted = imageOf('cr.yandex/crp123/ecommerce', '1234567');
  for (const { file, pattern, part } of places) {
    const before = readFileSync(join(root, file), 'utf8');
    const after = setOnce(before, pattern, wanted[part]);
    expect(after.split('\n').filter((line, index) => line !== before.split('\n')[index])).toHaveLength(1);
    const [document] = parseAllDocuments(after);
    // A tag of digits stays a text.
    expect(JSON.stringify(document?.toJS())).toContain(part === 'name' ? '"cr.yandex/crp123/ecommerce"' : '1234567"');
  }
});

test('a place that is gone, or there twice, stops the release', () => {
  expect(() => setOnce('a: 1\n', /^(newTag: )(\S+)$/gm, 'x')).toThrow('0 times');
  expect(() => setOnce('newTag: 1\nnewTag: 2\n', /^(newTag: )(\S+)$/gm, 'x')).toThrow('2 times');
});

test('what is no image to release is refused', () => {
  expect(() => imageOf('ecommerce', '1.0.0')).toThrow('no name');
  expect(() => imageOf('cr.yandex/crp/ecommerce', 'latest')).toThrow('no tag');
  expect(() => imageOf('cr.yandex/crp/ecommerce; rm', '1')).toThrow('no name');
  expect(() => imageOf('cr.yandex/crp/ecommerce', '$(x)')).toThrow('no tag');
});
