/**
 * Measures how busy the thread of this process is.
 * @param windowMs a call within this time of the last measurement gets the same answer
 * @returns a function that tells it for the time since the last measurement: 0 if it only waited, 1 if it never did
 */
export function createUtilizationMeter(windowMs: number): () => number {
  let last = performance.eventLoopUtilization();
  let atMs = performance.now();
  let utilization = 0;
  return () => {
    const now = performance.now();
    if (now - atMs < windowMs) return utilization;
    const current = performance.eventLoopUtilization();
    ({ utilization } = performance.eventLoopUtilization(current, last));
    [last, atMs] = [current, now];
    return utilization;
  };
}
