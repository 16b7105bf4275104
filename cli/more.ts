import type { Context } from './context.ts';
import { warn, warnJson } from './say.ts';

interface Page {
  readonly shown: number;
  /** Empty on the last page. */
  readonly nextPageToken: string;
  /** The options that choose fewer. */
  readonly narrow: string;
}

/**
 * Says that a list has more than was shown, and how to see it. On standard error: the table stays a table for a pipe, and
 * with --json the list stays an array.
 */
export function tellMore(context: Pick<Context, 'json'>, { shown, nextPageToken, narrow }: Page): void {
  if (nextPageToken === '') return;
  const choose = narrow === '' ? '' : `, choose with ${narrow}`;
  const how = `raise --limit${choose}, or go on with --page-token ${nextPageToken}`;
  warnOfMore(context, `there is more than these ${shown}: ${how}`, { nextPageToken });
}

/** The same for a list that has no pages. @param message what is left out, and how to see it */
export function warnOfMore(
  { json }: Pick<Context, 'json'>,
  message: string,
  fields: { readonly nextPageToken?: string } = {},
): void {
  if (json) warnJson({ warning: { reason: 'MORE_ROWS', message, ...fields } });
  else warn(message);
}
