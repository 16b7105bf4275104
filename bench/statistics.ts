/** What one run of many measured. Times in milliseconds. */
export interface Measured {
  /** Operations after the warm-up; the rest is of these. */
  readonly count: number;
  /** With those of the warm-up. */
  readonly all: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * @param times of each operation after the warm-up, in milliseconds
 * @param wallMs how long all of these took together
 */
export function summarize(times: readonly number[], wallMs: number, all: number = times.length): Measured {
  const sorted = [...times].sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { count: times.length, all, perSecond: (1000 * times.length) / wallMs, p50: at(0.5), p99: at(0.99) };
}

/** Runs `once` again and again, `users` at a time, for `seconds` after a warm-up of a fifth of it. */
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
