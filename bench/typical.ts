/** How often each statement was sent meanwhile, by its text. */
export type Sent = ReadonlyMap<string, number>;

/** What was sent between two readings of counters. */
export function sentBetween(before: Sent, after: Sent): Sent {
  return new Map(
    [...after].flatMap(([statement, count]) => {
      const more = count - (before.get(statement) ?? 0);
      return more > 0 ? [[statement, more] as const] : [];
    }),
  );
}

/**
 * How many statements the typical operation sends: each counts as often as in the median of the operations. So what loops
 * send now and then does not count, however slow the machine is, and one more in every operation is exactly one more.
 */
export function typicalCount(operations: readonly Sent[]): number {
  const statements = new Set(operations.flatMap((sent) => [...sent.keys()]));
  return [...statements].reduce((sum, statement) => {
    const counts = operations.map((sent) => sent.get(statement) ?? 0).toSorted((left, right) => left - right);
    return sum + (counts[Math.floor(counts.length / 2)] ?? 0);
  }, 0);
}

/**
 * How many statements the cheapest operation sent. For operations that a cache makes cheap: on a slow machine what it has
 * may be too old for most of them.
 */
export function leastCount(operations: readonly Sent[]): number {
  return Math.min(...operations.map((sent) => [...sent.values()].reduce((sum, count) => sum + count, 0)));
}

/** How many statements an operation sent on average, with those of loops. */
export function meanCount(operations: readonly Sent[]): number {
  const all = operations.flatMap((sent) => [...sent.values()]);
  return all.reduce((sum, count) => sum + count, 0) / operations.length;
}
