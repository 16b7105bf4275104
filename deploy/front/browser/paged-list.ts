/** A list that is read page by page. */
import { act } from './act.ts';
import { find, line } from './dom.ts';

export const pageSize = 10;

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken: string;
}

type ReadPage<Item> = (pageToken: string) => Promise<Page<Item>>;

interface Options<Item> {
  /** The list is the element `id`, its next page is behind the button `more-<id>`, and `count-<id>` tells how many are shown. */
  readonly id: string;
  /** One of them, and several. */
  readonly nouns: readonly [one: string, several: string];
  readonly none: string;
  readonly keyOf: (item: Item) => string;
  readonly rowOf: (item: Item) => HTMLLIElement;
}

export interface PagedList<Item> {
  /** Shows the first page. @param source tells two questions apart */
  readonly show: (source: string, read: ReadPage<Item>) => Promise<void>;
  /** Whether the list has the answer to a question, and how much of it was read is up to the person. */
  readonly isShowing: (source: string) => boolean;
  /** Takes in what is new on the first page. */
  readonly refresh: () => Promise<void>;
  /** Shows an item as it is now: in its place, or first if it is new. */
  readonly put: (item: Item) => void;
  /** Shows an item as it is now, if the list has it. */
  readonly update: (item: Item) => void;
  readonly clear: () => void;
}

export function createPagedList<Item>({ id, nouns, none, keyOf, rowOf }: Options<Item>): PagedList<Item> {
  const list = find(id, HTMLElement);
  const more = find(`more-${id}`, HTMLButtonElement);
  const count = find(`count-${id}`, HTMLElement);
  const rows = new Map<string, HTMLLIElement>();
  let shown: { readonly source: string; readonly read: ReadPage<Item> } | undefined;
  let nextPageToken = '';
  let isReading = false;

  function makeRow(item: Item): HTMLLIElement {
    const row = rowOf(item);
    rows.set(keyOf(item), row);
    return row;
  }

  function tellCount(): void {
    const [one, several] = nouns;
    const all = nextPageToken === '' ? '' : ' There are more.';
    count.textContent = rows.size === 0 ? '' : `${rows.size} ${rows.size === 1 ? one : several}.${all}`;
    more.hidden = nextPageToken === '';
  }

  /** @returns the first row that is new */
  function append(page: Page<Item>): HTMLLIElement | undefined {
    // What was made meanwhile is shown already.
    const made = page.items.filter((item) => !rows.has(keyOf(item))).map(makeRow);
    list.append(...made);
    if (rows.size === 0) list.replaceChildren(line(none));
    nextPageToken = page.nextPageToken;
    tellCount();
    return made[0];
  }

  async function showMore(): Promise<void> {
    if (isReading || shown === undefined) return;
    isReading = true;
    const source = shown;
    try {
      const page = await source.read(nextPageToken);
      if (shown !== source) return;
      const hadFocus = document.activeElement === more;
      const first = append(page);
      // The button is gone after the last page. Whoever used the keyboard goes on with what has come.
      if (hadFocus && more.hidden) first?.querySelector<HTMLElement>('a, button')?.focus();
    } finally {
      isReading = false;
    }
  }

  function put(item: Item): void {
    if (shown === undefined) return;
    const former = rows.get(keyOf(item));
    const isFirst = rows.size === 0;
    const row = makeRow(item);
    if (former !== undefined) former.replaceWith(row);
    else if (isFirst) list.replaceChildren(row);
    else list.prepend(row);
    tellCount();
  }

  function clear(): void {
    shown = undefined;
    nextPageToken = '';
    rows.clear();
    list.replaceChildren();
    tellCount();
  }

  async function show(source: string, read: ReadPage<Item>): Promise<void> {
    clear();
    const asked = { source, read };
    shown = asked;
    try {
      const page = await read('');
      if (shown === asked) append(page);
    } catch (error) {
      // The next look asks again.
      if (shown === asked) clear();
      throw error;
    }
  }

  async function refresh(): Promise<void> {
    const asked = shown;
    if (asked === undefined) return;
    const page = await asked.read('');
    if (shown !== asked) return;
    const isGap = page.nextPageToken !== '' && !page.items.some((item) => rows.has(keyOf(item)));
    if (isGap) await show(asked.source, asked.read);
    else for (const item of page.items.toReversed()) put(item);
  }

  more.addEventListener('click', () => act(showMore));
  return {
    show,
    isShowing: (source) => shown?.source === source,
    refresh,
    put,
    update: (item) => {
      if (rows.has(keyOf(item))) put(item);
    },
    clear,
  };
}
