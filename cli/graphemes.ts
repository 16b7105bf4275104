const segmenter = new Intl.Segmenter();

/** The characters as a reader counts them: an emoji, or a letter with its accents, is one. */
const charactersOf = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment);

// Most cells are ASCII, which needs no segments.
const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

/** How many characters a reader sees. */
export function lengthOf(text: string): number {
  return isAscii(text) ? text.length : charactersOf(text).length;
}

/** The text with spaces, or with an ellipsis instead of its end. */
export function fitTo(text: string, width: number): string {
  const length = lengthOf(text);
  if (length <= width) return text + ' '.repeat(width - length);
  return `${charactersOf(text)
    .slice(0, width - 1)
    .join('')}…`;
}
