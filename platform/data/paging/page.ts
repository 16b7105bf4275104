const defaultSize = 50;
const maxSize = 200;

/** The size of a page: 50 if 0 is asked for, and never more than 200. */
export function pageSizeOf(asked: number): number {
  return Math.min(asked === 0 ? defaultSize : asked, maxSize);
}

/**
 * Cuts a page out of rows that were read with a limit of `size` + 1: an extra row means that there is a next page.
 * `last` is the row after which the next page begins; undefined on the last page.
 */
export function cutPage<Row>(found: readonly Row[], size: number): { shown: readonly Row[]; last: Row | undefined } {
  const shown = found.slice(0, size);
  return { shown, last: found.length > size ? shown.at(-1) : undefined };
}
