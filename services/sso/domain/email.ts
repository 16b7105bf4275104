/**
 * Gives all spellings of an email address the same form: NFC, lower case, and nothing invisible around it (a pasted
 * address often has a space or a zero-width character at its end).
 */
export function normalizeEmail(email: string): string {
  return email
    .normalize('NFC')
    .replaceAll(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, '')
    .toLowerCase();
}
