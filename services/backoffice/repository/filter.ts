/** Which entries of the trail. */
export interface EntryFilter {
  readonly userId: string | undefined;
  readonly actorId: string | undefined;
  readonly orderId: string | undefined;
  /** What an operation on that order is about; undefined without `orderId`. */
  readonly orderSubject: string | undefined;
  readonly action: string | undefined;
  /** Only entries with a lower sequence. */
  readonly before: bigint | undefined;
  readonly limit: number;
}
