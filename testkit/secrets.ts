import type { Tokens } from './shopper/answers.ts';

/** Something that no log may contain. */
export interface Secret {
  /** For messages, which must not repeat the value. */
  readonly what: string;
  readonly value: string;
}

export interface Person {
  readonly email: string;
  readonly password: string;
  /** All tokens that the person got, also spent ones. */
  readonly tokens?: readonly Tokens[];
}

/** What of a person no log may contain. */
export function secretsOf({ email, password, tokens = [] }: Person): readonly Secret[] {
  return [
    { what: `the password of ${email}`, value: password },
    { what: `the address ${email}`, value: email },
    ...tokens.flatMap(({ accessToken, refreshToken }) => [
      { what: `an access token of ${email}`, value: accessToken },
      // The rest of a token can be guessed.
      { what: `the signature of an access token of ${email}`, value: accessToken.split('.')[2] ?? accessToken },
      { what: `a refresh token of ${email}`, value: refreshToken },
    ]),
  ];
}

/**
 * What of these a text contains: as it is, in a URL, or in JSON. A short value is refused, because it would be found by
 * chance.
 */
export function toldIn(text: string, secrets: readonly Secret[]): readonly string[] {
  return secrets.flatMap(({ what, value }) => {
    if (value.length < 8) throw new Error(`${what} is too short to look for`);
    const forms = new Set([value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]);
    return [...forms].some((form) => text.includes(form)) ? [what] : [];
  });
}

/** What a secret looks like, whoever made it. */
const shapes: Readonly<Record<string, RegExp>> = {
  // A masked address (`j***@example.com`) does not match.
  'a whole email address': /[\w.+-]+(?:@|%40)(?:[\w-]+\.)+[a-z]{2,}/gi,
  'a signed token': /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g,
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY|"d" ?: ?"[\w-]{40,}"/g,
  'a URL with a password': /\b[a-z][a-z+]*:\/\/[^\s/:@"]*:[^\s/@*"]+@/gi,
};

/** The first places of a text that look like each kind of secret, with the start of their line and not the secret. */
export function secretShapesIn(text: string): readonly string[] {
  return Object.entries(shapes).flatMap(([what, shape]) =>
    [...text.matchAll(shape).take(5)].map(({ 0: found, index }) => {
      const line = text.slice(text.lastIndexOf('\n', index) + 1, index).slice(0, 200);
      return `${what} (${found.slice(0, 6)}…) after: ${line}`;
    }),
  );
}
