import type { Context } from '../context.ts';
import type { Findings } from '../figures.ts';

/** One row of the bars, or something else that can be measured. */
export interface Row {
  readonly name: string;
  /** One line for people. */
  readonly about: string;
  /** It runs only if it is asked for by name. */
  readonly onlyByName?: true;
  measure(context: Context): Promise<Findings>;
}
