/**
 * The other processes that share the ports of this one. What is told may be lost when a process dies or starts, so it
 * may only make something better that would be right without it.
 */
export interface Siblings {
  /** Tells all others. The data go through JSON. */
  readonly tell: (topic: string, data: unknown) => void;
  readonly onTold: (topic: string, take: (data: unknown) => void) => void;
}
