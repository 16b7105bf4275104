import { setTimeout as sleep } from 'node:timers/promises';
import { NoAnswer, Refused } from '../../../testkit/shopper/api-client.ts';

/** The outcome of one call. */
export interface Outcome {
  readonly ms: number;
  /** `ok`, `refused` (because of overload), or the message of any other error. */
  readonly is: string;
  /** The Retry-After of a refusal. Undefined for other outcomes. */
  readonly retryAfterMs?: number;
}

/** Makes one call. `attempt` classifies what it throws. */
export type Call = () => Promise<unknown>;

const reasons = 'OVERLOADED|RATE_LIMITED|DATABASE_BUSY|DATABASE_UNAVAILABLE';
const overload = new RegExp(`^(?:(?:429|503):|gRPC Unavailable: \\S+) (?:${reasons})\\b`);

/** Makes a call and classifies its outcome. A definitive refusal counts as `ok`. */
export async function attempt(call: Call): Promise<Outcome> {
  const began = performance.now();
  const took = () => performance.now() - began;
  try {
    await call();
    return { ms: took(), is: 'ok' };
  } catch (error) {
    const ms = took();
    if (error instanceof Refused) return { ms, is: 'ok' };
    if (!(error instanceof NoAnswer)) throw error;
    if (!overload.test(error.message)) return { ms, is: error.message };
    return { ms, is: 'refused', retryAfterMs: error.retryAfterMs };
  }
}

/** A fixed number of callers. Each makes its next call when it has an answer. */
export async function closedLoop(callers: number, seconds: number, next: () => Call): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const until = performance.now() + seconds * 1000;
  const caller = async () => {
    while (performance.now() < until) outcomes.push(await attempt(next()));
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return outcomes;
}

const tickMs = 10;

/** A fixed number of calls a second, which does not depend on answers, like the traffic of many clients. */
export async function openLoop(perSecond: number, seconds: number, next: () => Call): Promise<Outcome[]> {
  const outcomes: Promise<Outcome>[] = [];
  const began = performance.now();
  for (let elapsed = 0; elapsed < seconds * 1000; elapsed = performance.now() - began) {
    const due = Math.floor((elapsed / 1000) * perSecond);
    while (outcomes.length < due) outcomes.push(attempt(next()));
    await sleep(tickMs);
  }
  return Promise.all(outcomes);
}

/** A quantile of the values; 0 if there are no values. @param share for example 0.99 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
