import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { formatMoney, type Money } from '../../../proto/money.ts';

/** An element of the page. @throws Error if the page has none, or one of another kind */
export function find<T extends Element>(id: string, kind: new () => T): T {
  const found = document.querySelector(`#${id}`);
  if (!(found instanceof kind)) throw new Error(`the page has no #${id}`);
  return found;
}

/** A part of a line. */
export function cell(text: string, className = ''): HTMLSpanElement {
  const made = document.createElement('span');
  made.className = className;
  made.textContent = text;
  return made;
}

interface Action {
  readonly label: string;
  readonly run: () => void;
}

/**
 * A line of a list, with an action if there is one. Everything is text, never markup.
 * @param about tells those who hear the action's button which line it belongs to
 */
export function line(text: string, action?: Action, about = text): HTMLLIElement {
  const row = document.createElement('li');
  row.append(cell(text));
  if (action !== undefined) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = action.label;
    button.setAttribute('aria-label', `${action.label}: ${about}`);
    button.addEventListener('click', action.run);
    row.append(button);
  }
  return row;
}

/** A line with a sum of money behind its text. */
export function sumLine(text: string, sum: Money | undefined, action?: Action): HTMLLIElement {
  if (sum === undefined) return line(text, action);
  const told = formatMoney(sum);
  const row = line(text, action, `${text}, ${told}`);
  row.firstElementChild?.after(cell(told, 'sum'));
  return row;
}

const day: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' };
const moment: Intl.DateTimeFormatOptions = {
  ...({ month: 'short', day: 'numeric', hourCycle: 'h23' } as const),
  ...({ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const),
};

const dayFormat = new Intl.DateTimeFormat('en', day);
const momentFormat = new Intl.DateTimeFormat('en', moment);

/** A time for people, in the zone of the reader. */
export function dayOf(date: Date): string {
  return dayFormat.format(date);
}

/** A line that begins with a time, with milliseconds, for what happens within a second. */
export function momentLine(at: Timestamp | undefined, text: string): HTMLLIElement {
  const row = line(text);
  if (at === undefined) return row;
  const date = timestampDate(at);
  const time = document.createElement('time');
  time.dateTime = date.toISOString();
  time.textContent = momentFormat.format(date);
  row.prepend(time);
  return row;
}

export const pause = (forMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, forMs));
