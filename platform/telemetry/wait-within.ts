import { currentLimits } from './request-context.ts';

/** Kept for what follows the wait, a read and the way back to the caller: a fifth of the time, at most this. */
const answeringMs = 500;
const longestCallMs = 10_000;

/** How long the call that is being served may wait, so that its caller still gets the answer, in milliseconds. */
export function waitWithinMs(): number {
  const limits = currentLimits();
  const leftMs = limits === undefined ? longestCallMs : Math.max(0, limits.deadlineMs - performance.now());
  return leftMs - Math.min(answeringMs, leftMs / 5);
}
