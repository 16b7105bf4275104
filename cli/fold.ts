import { visible } from '../platform/telemetry/visible.ts';
import { piecesOf, widthOf } from './graphemes.ts';

/**
 * Cuts a text between its words into lines of at most `width` columns. A longer word of ASCII, such as an address, has a
 * line of its own; another is cut, since Chinese and Japanese have no spaces.
 */
export function fold(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const words = visible(text).split(/\s+/);
  for (const word of words.flatMap((each) => piecesOf(each, width))) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
