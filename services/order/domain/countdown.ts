/** Whole milliseconds that are left of `withinMs`, never below 0. */
export function countdown(withinMs: number): () => number {
  const endMs = performance.now() + withinMs;
  return () => Math.max(0, Math.floor(endMs - performance.now()));
}
