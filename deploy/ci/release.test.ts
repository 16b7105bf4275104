import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { imageOf, places, setOnce } from './release.ts';

const root = join(import.meta.dirname, '../..');

test('a release sets name and tag in every place that names the production image, and changes nothing else', () => {
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

test('a missing or repeated place stops the release', () => {
  expect(() => setOnce('a: 1\n', /^(newTag: )(\S+)$/gm, 'x')).toThrow('matches 0 times');
  expect(() => setOnce('newTag: 1\nnewTag: 2\n', /^(newTag: )(\S+)$/gm, 'x')).toThrow('matches 2 times');
});

test('an invalid image name or tag is refused', () => {
  expect(() => imageOf('ecommerce', '1.0.0')).toThrow('Invalid image name');
  expect(() => imageOf('cr.yandex/crp/ecommerce', 'latest')).toThrow('Invalid tag');
  expect(() => imageOf('cr.yandex/crp/ecommerce; rm', '1')).toThrow('Invalid image name');
  expect(() => imageOf('cr.yandex/crp/ecommerce', '$(x)')).toThrow('Invalid tag');
});
