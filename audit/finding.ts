import type { Row } from './book.ts';

/** The result of one check. */
export interface Finding {
  /** A stable name in snake_case, for metrics and alerts. */
  readonly id: string;
  /** What should be true, in one sentence. */
  readonly name: string;
  /** `violation`: an invariant is broken. `late`: no invariant is broken, but something takes longer than it should. */
  readonly kind: 'violation' | 'late';
  /** The number of rows that the check reports; 0 if all is well. */
  readonly count: number;
  /** The first 20 of these rows. */
  readonly rows: readonly Row[];
}

const shown = 20;

/** Counts the rows that one check reports, and keeps the first of them. */
export class Tally {
  readonly #check: Pick<Finding, 'id' | 'name' | 'kind'>;
  readonly #rows: Row[] = [];
  #count = 0;

  constructor(id: string, name: string, kind: Finding['kind'] = 'violation') {
    this.#check = { id, name, kind };
  }

  add(...rows: readonly Row[]): void {
    this.#count += rows.length;
    this.#rows.push(...rows.slice(0, shown - this.#rows.length));
  }

  finding(): Finding {
    return { ...this.#check, count: this.#count, rows: this.#rows };
  }
}
