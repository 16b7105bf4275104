/** Errors beside the fields of a form. */
import { messageOf, reasonOf, violationsOf } from './api.ts';

/** The field that a reason is about. */
const fields: Readonly<Record<string, string>> = { EMAIL_TAKEN: 'email', INVALID_CREDENTIALS: 'password' };

function inputsOf(form: HTMLFormElement): readonly HTMLInputElement[] {
  return [...form.querySelectorAll('input')];
}

function mark(input: HTMLInputElement, text: string | undefined): void {
  const place = input.closest('.field')?.querySelector('p');
  if (!(place instanceof HTMLElement)) return;
  place.id = `${input.name}-error`;
  place.textContent = text ?? '';
  place.hidden = text === undefined;
  if (text === undefined) {
    input.removeAttribute('aria-invalid');
    input.removeAttribute('aria-describedby');
  } else {
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', place.id);
  }
}

export function clearFields(form: HTMLFormElement): void {
  for (const input of inputsOf(form)) mark(input, undefined);
}

/** Tells an error beside each field that it is about, and goes to the first. @returns whether it is about any */
export function tellBeside(form: HTMLFormElement, error: unknown): boolean {
  const reason = reasonOf(error) ?? '';
  const about = fields[reason];
  const found = violationsOf(error);
  const told = about === undefined ? found : new Map([[about, `${messageOf(error)} (${reason})`]]);
  const marked = inputsOf(form).filter(({ name }) => told.has(name));
  for (const input of marked) mark(input, told.get(input.name));
  marked[0]?.focus();
  return marked.length > 0;
}
