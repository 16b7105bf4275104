/** A sentence that tells what was done. It goes by itself or with the view, and nobody has to close it. */
import { find } from './dom.ts';

const place = find('news', HTMLElement);
const shownMs = 5000;
let timer: ReturnType<typeof setTimeout> | undefined;

export function say(text: string): void {
  clearTimeout(timer);
  place.textContent = text;
  timer = setTimeout(() => {
    place.textContent = '';
  }, shownMs);
}

addEventListener('hashchange', () => say(''));
