import type { AskedFrom, Outcome } from './types.ts';

/** What an operation on one order is about. */
export const subjectOfOrder = (orderId: string): string => `order ${orderId}`;

/** What an operator wants to change by the command line, and why. */
export interface Operation {
  /** The operating system's user and the machine. */
  readonly actorName: string;
  /** UUID of the account, if the command line signed in with one. */
  readonly actorId: string | undefined;
  /** For example `keys.rotate`. The names are kept in the trail. */
  readonly action: string;
  /** UUID of the user whom it is about, if it is one. */
  readonly userId: string | undefined;
  /** What it is about: an order, a file, events. */
  readonly subject: string;
  readonly reason: string;
}

/** How an operation came out. */
export interface OperationEnd {
  /** What came of it, for people. */
  readonly detail: string;
  /** The reason of a refusal; undefined if it was done. */
  readonly refusal: string | undefined;
}

/**
 * An operation as the trail has it. It stays OPEN if the command did not get to its end. A change of the catalog is one,
 * too: it has an origin instead of the `actorName`, which is empty.
 */
export interface RecordedOperation extends Operation, OperationEnd, AskedFrom {
  /** UUID. */
  readonly entryId: string;
  /** Goes up with every entry, also with those of administrators' changes. */
  readonly sequence: bigint;
  readonly createdAt: Date;
  readonly outcome: Outcome;
  /** Of a change of the catalog, if it had one. */
  readonly requestId?: string | undefined;
}
