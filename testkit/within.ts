/** Waits for `work`, at most `ms` milliseconds. @throws Error if it takes longer */
export async function within<Value>(work: Promise<Value>, ms: number): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`it did not finish within ${Math.round(ms / 1000)} s`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
