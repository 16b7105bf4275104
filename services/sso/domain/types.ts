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

/** A user as a sign-in reads them. */
export interface UserWithCredentials extends UserWithPassword {
  /** Counts the user's own changes of the password. */
  readonly passwordVersion: number;
}

/** One spelling for all that mean the same mailbox here: NFC, no surrounding space, lower case. */
export function normalizeEmail(email: string): string {
  return email.normalize('NFC').trim().toLowerCase();
}
