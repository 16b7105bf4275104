import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter();

/** The characters as a reader counts them: an emoji, or a letter with its accents, is one. */
const charactersOf = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment);

// Most cells are ASCII, which needs no segments.
const isAscii = (text: string): boolean => /^[ -~]*$/.test(text);

/** How many columns of a terminal the text takes: two for an emoji, and for a character of Chinese or Japanese. */
export function widthOf(text: string): number {
  return isAscii(text) ? text.length : stringWidth(text);
}

/** The text with spaces, or with an ellipsis instead of its end. */
export function fitTo(text: string, width: number): string {
  const columns = widthOf(text);
  if (columns <= width) return text + ' '.repeat(width - columns);
  let begin = '';
  let left = width - 1;
  for (const character of charactersOf(text)) {
    left -= widthOf(character);
    if (left < 0) break;
    begin += character;
  }
  // A wide character that does not fit leaves one column.
  return `${begin}…${' '.repeat(width - widthOf(begin) - 1)}`;
}

/** The text in pieces of at most `width` columns; whole if it is ASCII. */
export function piecesOf(text: string, width: number): readonly string[] {
  if (isAscii(text) || widthOf(text) <= width) return [text];
  const pieces = [''];
  for (const character of charactersOf(text)) {
    const piece = `${pieces.at(-1)}${character}`;
    if (widthOf(piece) <= width) pieces[pieces.length - 1] = piece;
    else pieces.push(character);
  }
  return pieces;
}
