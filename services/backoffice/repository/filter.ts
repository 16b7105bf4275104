/** Which entries of the trail. */
export interface EntryFilter {
  readonly userId: string | undefined;
  readonly actorId: string | undefined;
  readonly orderId: string | undefined;
  readonly action: string | undefined;
  /** Only entries with a lower sequence. */
  readonly before: bigint | undefined;
  readonly limit: number;
}
