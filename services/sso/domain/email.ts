/** One spelling for all that mean the same mailbox here: NFC, no surrounding space, lower case. */
export function normalizeEmail(email: string): string {
  return email.normalize('NFC').trim().toLowerCase();
}
