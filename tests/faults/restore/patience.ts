import { setTimeout as pause } from 'node:timers/promises';

/** Tries until it succeeds; fails with the last error after `timeoutMs`. The only way in which these tests wait. */
export async function eventually<T>(what: string, attempt: () => Promise<T>, timeoutMs = 280_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${what} did not come`, { cause: error });
    }
    await pause(200);
  }
}
