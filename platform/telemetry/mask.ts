/** `j***@example.com`: enough to find a person's report, too little to write to them. */
export function maskEmail(email: string): string {
  const at = /@|%40/.exec(email)?.index ?? 0;
  if (at < 1) return '***';
  return masked.test(email.slice(0, at)) ? email : `${email.slice(0, 1)}***${email.slice(at)}`;
}

const masked = /^.?\*{3}$/;

// These find their text in a line of JSON, too, where `\n` or `\u0001` may stand before it, and leave that intact.
const local = String.raw`[^\s@/\\"'\x60()[\]{}<>,;:=]`;
const email = new RegExp(
  String.raw`(\\u[\da-f]{4}|\\[bfnrt]|(?<!${local}))(${local}+(?:@|%40)(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,})`,
  'giu',
);
const urlPassword = /(?<![a-z+])([a-z][a-z+]*:\/\/[^\s/:@"\\]*):[^\s/@"\\]+@/gi;
const signedToken = /(?<=^|[^\w-]|\\u[\da-f]{4}|\\[bfnrt])eyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g;
const longWord = /(?<![\w-])[\w-]{40,}/g;
const longWordLength = 40;

/**
 * Masks what people write where it does not belong: e-mail addresses, signed tokens, passwords in URLs. It is called for
 * each line of the log, so it only looks closer at a line that can have one.
 */
export function maskSecrets(text: string): string {
  let safe = text;
  if (safe.includes('@') || safe.includes('%40')) {
    safe = safe
      .replace(urlPassword, '$1:***@')
      .replace(email, (_, before: string, found: string) => before + maskEmail(found));
  }
  return safe.includes('eyJ') ? safe.replace(signedToken, '[redacted]') : safe;
}

/**
 * Masks long words with small letters, capitals and digits: keys and tokens without a form of their own. Our own ids,
 * digests and traces have no capitals; an id from outside may have.
 */
export function maskLongWords(text: string): string {
  if (text.length < longWordLength) return text;
  return text.replace(longWord, (word) =>
    /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word) ? '[redacted]' : word,
  );
}
