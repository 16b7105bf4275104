/**
 * Something that is always true of one service's data. The query returns a row for each violation, and none when all is
 * well; it reads only its own service's schema.
 */
export interface Invariant {
  /** Stable, for metrics and alerts: `snake_case`. */
  readonly id: string;
  /** The promise in one sentence. */
  readonly name: string;
  /** SQL. */
  readonly violations: string;
}
