import { expect, test } from 'vitest';
import { normalizePassword, passwordForms, passwordProblem } from './password.ts';

test.each([
  ['Zürich-straße', 'Zu\u0308rich-straße'],
  ['한글 비밀번호', '한글 비밀번호'.normalize('NFD')],
  ['correct horse', 'correct\u00A0horse'],
  ['correct horse', 'correct\u3000horse'],
  ['100 Ω', '100 \u2126'],
])('%j is the same password as %j', (one, other) => {
  expect(normalizePassword(other)).toBe(normalizePassword(one));
});

test.each([
  ['Correct horse', 'correct horse'],
  ['correct horse ', 'correct horse'],
  ['correct  horse', 'correct horse'],
  // Compatibility forms stay apart: RFC 8265 takes NFC, not NFKC.
  ['ﬁne password', 'fine password'],
  ['ｗｉｄｅ pass', 'wide pass'],
])('%j is another password than %j', (one, other) => {
  expect(normalizePassword(other)).not.toBe(normalizePassword(one));
});

test('lengths count after normalizing', () => {
  const longest = 'ä'.repeat(36);
  expect(passwordProblem(longest.normalize('NFD'))).toBeUndefined();
  expect(passwordProblem(`${longest}x`.normalize('NFD'))).toBe('must be at most 72 bytes');
  // Nine bytes as they are sent, three spaces after that.
  expect(passwordProblem('\u3000'.repeat(3))).toBe('must be at least 8 bytes');
  // Each of these is one code point as it is sent, and two in NFC.
  expect(passwordProblem('\u0958'.repeat(24))).toBe('must be at most 72 bytes');
});

test('a password is tried normalized, and as it was sent if that is another text', () => {
  expect(passwordForms('password', 'Zürich')).toEqual(['Zürich']);
  expect(passwordForms('password', 'Zu\u0308rich')).toEqual(['Zürich', 'Zu\u0308rich']);
  expect(passwordForms('password', 'ä'.repeat(36).normalize('NFD'))).toEqual(['ä'.repeat(36)]);
  expect(passwordForms('password', '\u0958'.repeat(24))).toEqual(['\u0958'.repeat(24)]);
  expect(() => passwordForms('password', 'x'.repeat(73))).toThrow('must be at most 72 bytes');
});
