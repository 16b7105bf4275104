import { expect, test } from 'vitest';
import { normalizeEmail } from './email.ts';

test.each([
  ' jane@example.com',
  'jane@example.com\r\n',
  '\u00A0jane@example.com\u3000',
  'Jane@Example.COM',
  // What a page or a chat adds to a copied address: zero-width space, byte order mark, direction marks.
  'jane@example.com\u200B',
  '\uFEFFjane@example.com',
  '\u202Ajane@example.com\u202C',
])('%j is jane@example.com', (spelling) => {
  expect(normalizeEmail(spelling)).toBe('jane@example.com');
});

test.each(['jane @example.com', 'ja\u200Bne@example.com'])('%j is another address', (spelling) => {
  expect(normalizeEmail(spelling)).not.toBe('jane@example.com');
});
