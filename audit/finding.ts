import type { Row } from './book.ts';

/** What one check brought up. */
export interface Finding {
  /** Stable, for metrics and alerts: `snake_case`. */
  readonly id: string;
  /** The promise in one sentence. */
  readonly name: string;
  /** `violation`: the promise is broken. `late`: nothing is wrong yet, but somebody should look. */
  readonly kind: 'violation' | 'late';
  readonly count: number;
  /** The first of them. */
  readonly rows: readonly Row[];
}

const shown = 20;

/** Counts what breaks one promise, and keeps the first rows. */
export class Tally {
  readonly #promise: Pick<Finding, 'id' | 'name' | 'kind'>;
  readonly #rows: Row[] = [];
  #count = 0;

  constructor(id: string, name: string, kind: Finding['kind'] = 'violation') {
    this.#promise = { id, name, kind };
  }

  add(...rows: readonly Row[]): void {
    this.#count += rows.length;
    this.#rows.push(...rows.slice(0, shown - this.#rows.length));
  }

  finding(): Finding {
    return { ...this.#promise, count: this.#count, rows: this.#rows };
  }
}
