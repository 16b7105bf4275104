/** Characters that move the cursor, colour the terminal, or turn the direction of what stands around them. */
const unseen = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const short: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` };

/**
 * A text for a terminal or a log, which may come from outside: its control and bidi characters are shown as escapes,
 * for example `\x1b`. Lines and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(unseen, (found) => (found === '\n' || found === '\t' ? found : escaped(found)));
}

/** The same for a value that must stay on its line, so that it cannot look like another one. */
export function visibleLine(text: string): string {
  return text.replace(unseen, escaped);
}

/** JSON in which these characters are escaped, too. It means the same. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(unseen, (found) => `\\u${hex(found, 4)}`);
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return short[character] ?? (code <= 0xff ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`);
}

const hex = (character: string, digits: number): string => character.charCodeAt(0).toString(16).padStart(digits, '0');
