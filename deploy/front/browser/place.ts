/** Where a person is on the page, as the fragment of its URL tells: `#/orders/<id>`, `#/shop?query=mug`. */

export interface Place {
  /** The first part of the path; `shop` if there is none. */
  readonly name: string;
  /** The second part; empty if there is none. */
  readonly id: string;
  readonly filters: Readonly<Record<string, string>>;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @returns undefined for a fragment that leads to no view, such as `#main` */
export function placeOf(fragment: string): Place | undefined {
  if (fragment !== '' && fragment !== '#' && !fragment.startsWith('#/')) return undefined;
  const [path = '', ...rest] = fragment.slice(2).split('?');
  const [name = '', id = '', ...more] = path.split('/').map(decoded);
  const filters = Object.fromEntries(new URLSearchParams(rest.join('?')));
  return { name: more.some((part) => part !== '') ? path : name || 'shop', id, filters };
}

/** The fragment of a place. Filters that are empty are left out. */
export function addressOf(name: string, id = '', filters: Readonly<Record<string, string>> = {}): string {
  const path = [name, ...(id === '' ? [] : [encodeURIComponent(id)])].join('/');
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== '')).toString();
  return `#/${path}${query === '' ? '' : `?${query}`}`;
}
