/** The result of one run. Times are in milliseconds. */
export interface Measured {
  /** Operations after the warm-up. Rate and percentiles count these only. */
  readonly count: number;
  /** All operations, including the warm-up. */
  readonly all: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * @param times durations of the operations after the warm-up, in milliseconds
 * @param wallMs time from the first of these operations to the end of the last, in milliseconds
 */
export function summarize(times: readonly number[], wallMs: number, all: number = times.length): Measured {
  const sorted = [...times].sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { count: times.length, all, perSecond: (1000 * times.length) / wallMs, p50: at(0.5), p99: at(0.99) };
}

/**
 * Runs `once` repeatedly, `users` at a time, for `seconds` after a warm-up of a fifth of that time.
 * @param once gives how long its operation took, in milliseconds
 */
export async function drive(
  users: number,
  seconds: number,
  once: (user: number) => Promise<number>,
): Promise<Measured> {
  const start = performance.now() + (seconds * 1000) / 5;
  const end = start + seconds * 1000;
  const times: number[] = [];
  let all = 0;
  await Promise.all(
    Array.from({ length: users }, async (_, user) => {
      while (performance.now() < end) {
        const begun = performance.now();
        const ms = await once(user);
        all++;
        if (begun >= start) times.push(ms);
      }
    }),
  );
  return summarize(times, performance.now() - start, all);
}
