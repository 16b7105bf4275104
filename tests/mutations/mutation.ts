/** A mistake that somebody could make in the code, and the tests that must fail then. */
export interface Mutation {
  /** The mistake, in the words of docs/reliability.md. */
  readonly name: string;
  /** The harm that the mistake would do. */
  readonly cost: string;
  readonly file: string;
  /** The text that is replaced. It occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
}
