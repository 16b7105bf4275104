import { isSessionEnd, isUnreachable, messageOf, reasonOf } from './api.ts';
import { find, pause } from './dom.ts';
import { lostChange } from './lost-change.ts';

const message = find('message', HTMLElement);
const lookEveryMs = 1000;
const away = 'The platform does not answer now. This page goes on by itself when it is back.';
let isWaiting = false;
let isReturning = false;
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
  // Whatever else was told meanwhile is not about the wait.
  if (message.textContent === away) message.textContent = '';
  isReturning = true;
  try {
    onReturn();
  } finally {
    isReturning = false;
  }
}

/** A read is repeated when the platform is back. A change is not, and its outcome matters more than a read. */
function tellUnreachable(error: unknown): void {
  const advice = lostChange(error);
  if (advice !== undefined) message.textContent = `The platform did not answer. ${advice}`;
  else if (message.textContent === '') message.textContent = away;
  void waitForReturn();
}

/** Tells a person that something failed. */
export function tell(error: unknown): void {
  if (isSessionEnd(error)) return;
  if (isUnreachable(error)) {
    tellUnreachable(error);
    return;
  }
  const reason = reasonOf(error);
  message.textContent = reason === undefined ? messageOf(error) : `${messageOf(error)} (${reason})`;
}

/** Runs what a person asked for, and tells them if it failed. What the page loads by itself erases nothing. */
export function act(run: () => Promise<void>): void {
  if (!isReturning) message.textContent = '';
  run().catch(tell);
}
