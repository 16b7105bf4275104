import type { Context } from './context.ts';
import { warn } from './say.ts';

interface Page {
  readonly shown: number;
  /** Empty on the last page. */
  readonly nextPageToken: string;
  /** The options that choose fewer. */
  readonly narrow: string;
}

/** Says that a list has more than was shown. On standard error: the table stays a table for a pipe. */
export function tellMore({ json }: Pick<Context, 'json'>, { shown, nextPageToken, narrow }: Page): void {
  if (nextPageToken === '' || json) return;
  warn(`These are the first ${shown}; there are more: raise --limit, or choose with ${narrow}.`);
}
