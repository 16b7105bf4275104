import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';

/** An element of the page. @throws Error if the page has none, or one of another kind */
export function find<T extends Element>(id: string, kind: new () => T): T {
  const found = document.querySelector(`#${id}`);
  if (!(found instanceof kind)) throw new Error(`the page has no #${id}`);
  return found;
}

interface Action {
  readonly label: string;
  readonly run: () => void;
}

/** A line of a list, with an action if there is one. Everything is text, never markup. */
export function line(text: string, action?: Action): HTMLLIElement {
  const row = document.createElement('li');
  const told = document.createElement('span');
  told.textContent = text;
  row.append(told);
  if (action !== undefined) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = action.label;
    button.setAttribute('aria-label', `${action.label}: ${text}`);
    button.addEventListener('click', action.run);
    row.append(button);
  }
  return row;
}

const forPeople = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

/** A line that begins with a time, which is shown in the zone of the reader. */
export function timedLine(at: Timestamp | undefined, text: string, action?: Action): HTMLLIElement {
  if (at === undefined) return line(text, action);
  const date = timestampDate(at);
  const time = document.createElement('time');
  time.dateTime = date.toISOString();
  time.textContent = forPeople.format(date);
  const row = line(text, action);
  row.prepend(time);
  return row;
}
