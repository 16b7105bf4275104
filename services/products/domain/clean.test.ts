import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { asciiAddress, cleanSku, isVisible } from './clean.ts';

const blank = [
  '',
  ' ',
  '\t\n',
  '\u00a0',
  '\u00ad',
  '\u034f',
  '\u115f',
  '\u1160',
  '\u200b',
  '\u200d',
  '\u2028',
  '\u2060',
  '\u2800',
  '\u3000',
  '\u3164',
  '\ufe0f',
  '\ufeff',
  '\uffa0',
  '\u{e0020}',
  '\u{1d159}',
];

test('a text of spaces and characters that nobody sees is blank, one with any other character is not', () => {
  expect(blank.filter(isVisible)).toEqual([]);
  expect(isVisible(blank.join(''))).toBe(false);
  for (const text of ['-', '.', '日', '🙂', '\u0301', 'ª', 'a\u200b']) expect(isVisible(text), text).toBe(true);
});

test('the contract says the same of every single character', async () => {
  const contract = await readFile(join(import.meta.dirname, '../../../proto/gen/openapi.json'), 'utf8');
  const [, pattern] = /"pattern": "(\[\^\\u0001[^"]+)"/.exec(contract) ?? [];
  const visible = new RegExp(z.string().parse(JSON.parse(`"${pattern}"`)), 'u');
  const characters = Array.from({ length: 0xffff }, (_, index) => String.fromCharCode(index + 1));
  const others = characters.filter((each) => each.isWellFormed() && visible.test(each) !== isVisible(each));
  expect(others).toEqual([]);
});

test('a SKU loses what stands around it and is composed; inside it stays as it is', () => {
  expect(cleanSku('\u00a0 \u200bAB  Ae\u0301\u200b-1\u3000\ufeff')).toBe('AB  A\u00e9\u200b-1');
});

test('an address becomes ASCII; one that is plain ASCII stays as it is', () => {
  const plain = 'https://my_host.example.com:8443/a/b%20c.png?w=1&h=2#x';
  expect(asciiAddress(plain)).toBe(plain);
  expect(asciiAddress("http://example.com/it's[1].png?q=^")).toBe('http://example.com/it%27s%5B1%5D.png?q=%5E');
  expect(asciiAddress('https://bücher.example/Größe/図.png?ü')).toBe(
    'https://xn--bcher-kva.example/Gr%C3%B6%C3%9Fe/%E5%9B%B3.png?%C3%BC',
  );
  expect(asciiAddress('https://example.com/🙂')).toBe('https://example.com/%F0%9F%99%82');
});

test('an address that was made ASCII does not change again, whatever it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (host, rest) => {
      const name = host.replace(/[/?#:]/g, '') || 'a';
      const once = asciiAddress(`https://${name}/${rest}`);
      expect(once).toMatch(/^[\x21-\x7e]*$/);
      expect(asciiAddress(once)).toBe(once);
    }),
  );
});
