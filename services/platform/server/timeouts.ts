import type { IncomingHttpHeaders } from 'node:http';

const longestTimerMs = 2_147_483_647;
const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

function milliseconds(header: string, value: string): number {
  if (header === 'connect-timeout-ms') return Number(value);
  return Number(value.slice(0, -1)) * (unitMs[value.slice(-1)] ?? Number.NaN);
}

/**
 * Drops deadlines beyond 24 days, which Node's timers would take for none at all and fire at once. Unary calls are
 * limited by our own deadline anyway.
 */
export function dropHugeTimeouts(headers: IncomingHttpHeaders): void {
  for (const header of ['connect-timeout-ms', 'grpc-timeout']) {
    const value = headers[header];
    if (typeof value === 'string' && milliseconds(header, value) > longestTimerMs) delete headers[header];
  }
}
