import type { IncomingHttpHeaders } from 'node:http';

/** Values of the headers in which Connect and gRPC pass a deadline on. */
const headersOfTimeout = ['connect-timeout-ms', 'grpc-timeout'];
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
  for (const header of headersOfTimeout) {
    const value = headers[header];
    if (typeof value === 'string' && milliseconds(header, value) > longestTimerMs) delete headers[header];
  }
}

/** How long the caller waits, ms; infinite if it doesn't say. */
export function callersTimeoutMs(headers: Headers): number {
  for (const header of headersOfTimeout) {
    const value = headers.get(header);
    const ms = value === null ? Number.NaN : milliseconds(header, value);
    if (!Number.isNaN(ms)) return ms;
  }
  return Number.POSITIVE_INFINITY;
}
