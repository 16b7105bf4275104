/** What a user keeps here. */
export interface Backoffice {
  /** UUID. */
  readonly backofficeId: string;
  /** UUID of the one user who may see it. */
  readonly userId: string;
  readonly text: string;
  readonly createdAt: Date;
}

/** With its place in a list. */
export interface ListedBackoffice extends Backoffice {
  /** Goes up with each one that is made. */
  readonly sequence: bigint;
}
