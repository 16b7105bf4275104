/** Gives all spellings of an email address the same form: NFC, no surrounding space, lower case. */
export function normalizeEmail(email: string): string {
  return email.normalize('NFC').trim().toLowerCase();
}
