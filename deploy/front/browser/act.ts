import { isSessionEnd, isUnreachable, messageOf, reasonOf } from './api.ts';
import { find, pause } from './dom.ts';

const message = find('message', HTMLElement);
const lookEveryMs = 1000;
let isWaiting = false;
let onReturn: () => void = () => undefined;

/** Calls back when the platform answers again after a call that it did not answer. */
export function onPlatformReturn(run: () => void): void {
  onReturn = run;
}

async function answers(): Promise<boolean> {
  try {
    return (await fetch('/front/health.json', { signal: AbortSignal.timeout(4000) })).ok;
  } catch {
    return false;
  }
}

async function waitForReturn(): Promise<void> {
  if (isWaiting) return;
  isWaiting = true;
  do await pause(lookEveryMs);
  while (document.hidden || !(await answers()));
  isWaiting = false;
  message.textContent = '';
  onReturn();
}

/** Tells a person that something failed. */
export function tell(error: unknown): void {
  if (isSessionEnd(error)) return;
  const reason = reasonOf(error);
  message.textContent = reason === undefined ? messageOf(error) : `${messageOf(error)} (${reason})`;
  if (isUnreachable(error)) void waitForReturn();
}

/** Runs what a person asked for, and tells them if it failed. */
export function act(run: () => Promise<void>): void {
  message.textContent = '';
  run().catch(tell);
}
