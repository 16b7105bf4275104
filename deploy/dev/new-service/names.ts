/** A service's name in every form that its files need. */
export interface Names {
  /** The role, its folder, its package, its schema: `reviews`. */
  readonly name: string;
  readonly Name: string;
  readonly NAME: string;
  /** One of the things that it keeps: `review`. */
  readonly thing: string;
  readonly Thing: string;
  readonly THING: string;
  /** Its table and its REST path: `reviews`. */
  readonly things: string;
  readonly Things: string;
}

const capital = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

/** English enough for a first draft: `reviews` and `review` keep reviews, `loyalty` keeps loyalties. */
export function namesOf(name: string): Names {
  const thing = singular(name);
  const things = plural(thing);
  return {
    ...{ name, Name: capital(name), NAME: name.toUpperCase() },
    ...{ thing, Thing: capital(thing), THING: thing.toUpperCase() },
    ...{ things, Things: capital(things) },
  };
}

function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^sui]s$/.test(word) ? word.slice(0, -1) : word;
}

function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
