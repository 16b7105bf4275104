/** Which entries of the trail. */
export interface EntryFilter {
  readonly userId: string | undefined;
  readonly actorId: string | undefined;
  /** Only entries with a lower sequence. */
  readonly before: bigint | undefined;
  readonly limit: number;
}
