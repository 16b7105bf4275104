export interface User {
  /** UUID. */
  readonly userId: string;
  /** Normalized, see `normalizeEmail`. */
  readonly email: string;
  readonly roles: readonly string[];
  readonly createTime: Date;
}

export interface UserWithPassword extends User {
  /** bcrypt. */
  readonly passwordHash: string;
}

/** One spelling for all that mean the same mailbox here: NFC, no surrounding space, lower case. */
export function normalizeEmail(email: string): string {
  return email.normalize('NFC').trim().toLowerCase();
}
