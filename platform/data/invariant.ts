/**
 * What must always be true of one service's data. The query returns one row for each violation and reads only the
 * schema of that service.
 */
export interface Invariant {
  /** Stable name in `snake_case`, for metrics and alerts. */
  readonly id: string;
  /** The invariant in one sentence. */
  readonly name: string;
  /** The query in SQL. */
  readonly violations: string;
}
