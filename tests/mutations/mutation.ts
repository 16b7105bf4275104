/** One fault that somebody could put into the code, and the tests that must notice. */
export interface Mutation {
  /** What is broken, in the words of a reader of the reliability page. */
  readonly name: string;
  /** What it would cost. */
  readonly cost: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
}
