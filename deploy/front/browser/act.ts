import { isSessionEnd, messageOf, reasonOf } from './api.ts';
import { find } from './dom.ts';

const message = find('message', HTMLElement);

/** Tells a person that something failed. */
export function tell(error: unknown): void {
  if (isSessionEnd(error)) return;
  const reason = reasonOf(error);
  message.textContent = reason === undefined ? messageOf(error) : `${messageOf(error)} (${reason})`;
}

/** Runs what a person asked for, and tells them if it failed. */
export function act(run: () => Promise<void>): void {
  message.textContent = '';
  run().catch(tell);
}
