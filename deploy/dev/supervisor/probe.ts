import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const firstPauseMs = 25;
/** Somebody waits for a part that has just become healthy, and a look costs little. */
const longestPauseMs = 100;
const oneTryMs = 3000;

export interface ProbeLimits {
  readonly withinSeconds: number;
  /** Aborts the waiting when the stack stops or the process has ended. */
  readonly signal: AbortSignal;
}

/** Repeats a probe, with growing pauses, until it succeeds. @throws Error with the last reason when the time is up */
export async function untilHealthy(
  probe: (signal: AbortSignal) => Promise<void>,
  { withinSeconds, signal }: ProbeLimits,
): Promise<void> {
  const deadline = Date.now() + withinSeconds * 1000;
  let reason: unknown;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 1.6, longestPauseMs)) {
    signal.throwIfAborted();
    try {
      await abortable(probe(AbortSignal.any([signal, AbortSignal.timeout(oneTryMs)])), signal);
      return;
    } catch (error) {
      reason = error;
    }
    signal.throwIfAborted();
    if (Date.now() + pause > deadline) throw new Error(`not healthy within ${withinSeconds} s: ${text(reason)}`);
    await delay(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

// Some probes cannot be aborted. They are not waited for and end by their own timeout.
async function abortable(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const stop = Promise.withResolvers<never>();
  const abort = () => stop.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([work, stop.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    stop.promise.catch(() => {});
    work.catch(() => {});
  }
}

function text(reason: unknown): string {
  return reason instanceof Error ? reason.message || reason.name : String(reason);
}

/** Resolves if a process accepts connections on a loopback port. @throws if none does */
export function probeTcp(port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, signal });
    socket.on('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.on('error', reject);
  });
}

/** Resolves if a GET request is answered with 200. @throws if not */
export async function probeHttp(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${url} answers ${response.status} ${body.slice(0, 200)}`);
}
