/** An element of the page. @throws Error if the page has none, or one of another kind */
export function find<T extends Element>(id: string, kind: new () => T): T {
  const found = document.querySelector(`#${id}`);
  if (!(found instanceof kind)) throw new Error(`the page has no #${id}`);
  return found;
}

/** A line of a list, with an action if there is one. Everything is text, never markup. */
export function line(text: string, action?: { readonly label: string; readonly run: () => void }): HTMLLIElement {
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
