/** Shows one view at a time: the one whose address stands in the fragment of the URL. Links, back and forward change it. */
import { find } from './dom.ts';
import { placeOf, type Place } from './place.ts';

export interface View {
  readonly title: (place: Place) => string;
  /** Fills the view. It is called again for another id or other filters. */
  readonly enter?: (place: Place) => void;
  readonly leave?: () => void;
}

export interface Router {
  /** Shows the view of the address, and follows it from now on. */
  readonly open: (options: { readonly focus: boolean }) => void;
  /** Shows only what everybody may see. */
  readonly close: () => void;
}

const site = document.title;
const menu = find('menu', HTMLElement);
const panels = [...document.querySelectorAll<HTMLElement>('[data-view]')];
/** What is shown to whoever is not signed in. */
const open = 'platform';

/** How far each address was scrolled when it was left. The browser cannot tell, because a view is filled after that. */
const heights = new Map<string, number>();
history.scrollRestoration = 'manual';

/** How far to scroll: back and forward lead to where the view was left, and a link leads to its top. */
function heightHere(): number {
  const wasHere = history.state === 'seen';
  history.replaceState('seen', '');
  return wasHere ? (heights.get(location.hash) ?? 0) : 0;
}

/** Names the view in the title of the page. */
export function nameView(title: string): void {
  document.title = title === '' ? site : `${title} · ${site}`;
}

/** Tells in the menu to which view this one belongs. */
export function markMenu(name: string): void {
  for (const link of menu.querySelectorAll('a')) {
    if (placeOf(link.hash)?.name === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

/** @param viewAt names the view of a place */
export function createRouter(views: Readonly<Record<string, View>>, viewAt: (place: Place) => string): Router {
  let isOpen = false;
  let shown: { readonly view: string; readonly place: Place } | undefined;

  function reveal(view: string): void {
    for (const panel of panels) panel.hidden = panel.dataset['view'] !== view;
  }

  function show({ focus }: { readonly focus: boolean }): void {
    // A fragment that leads to a part of the page leaves the view as it is; a sign-in there begins at the shop.
    const place = placeOf(location.hash) ?? (shown === undefined ? placeOf('') : undefined);
    if (place === undefined) return;
    const view = viewAt(place);
    const former = shown;
    shown = { view, place };
    if (former !== undefined && former.view !== view) views[former.view]?.leave?.();
    reveal(view);
    markMenu(place.name);
    nameView(views[view]?.title(place) ?? '');
    views[view]?.enter?.(place);
    const height = heightHere();
    // A search stays in its field. Another view begins at its heading, also for those who hear the page.
    if (!focus || (former?.view === view && former.place.id === place.id)) return;
    document.querySelector<HTMLElement>(`[data-view="${view}"] h2`)?.focus({ preventScroll: true });
    scrollTo(0, height);
  }

  addEventListener('hashchange', ({ oldURL }) => {
    heights.set(new URL(oldURL).hash, scrollY);
    if (isOpen) show({ focus: true });
  });

  return {
    open: (options) => {
      isOpen = true;
      menu.hidden = false;
      show(options);
    },
    close: () => {
      isOpen = false;
      menu.hidden = true;
      if (shown !== undefined) views[shown.view]?.leave?.();
      shown = undefined;
      reveal(open);
      nameView('');
    },
  };
}
