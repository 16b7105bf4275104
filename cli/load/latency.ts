/** How long the checkouts with one outcome took. */
export interface Latency {
  readonly outcome: string;
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** One checkout: how it came out and how long that took. */
export interface Measured {
  /** COMPLETED, CANCELLED, the reason of a failure or of a refusal, or STILL_RUNNING. */
  readonly outcome: string;
  readonly tookMs: number;
}

/** The latencies by outcome, the most frequent outcome first. */
export function latenciesOf(measured: readonly Measured[]): readonly Latency[] {
  const byOutcome = Map.groupBy(measured, ({ outcome }) => outcome);
  return [...byOutcome]
    .map(([outcome, of]) =>
      latencyOf(
        outcome,
        of.map(({ tookMs }) => tookMs).sort((a, b) => a - b),
      ),
    )
    .sort((a, b) => b.count - a.count);
}

function latencyOf(outcome: string, sorted: readonly number[]): Latency {
  // The nearest rank: a time that was really measured.
  const at = (percent: number): number => Math.round(sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0);
  const [p50Ms, p95Ms, p99Ms, maxMs] = [at(50), at(95), at(99), at(100)];
  return { outcome, count: sorted.length, p50Ms, p95Ms, p99Ms, maxMs };
}
