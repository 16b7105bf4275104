import type { IncomingHttpHeaders } from 'node:http';

/** Headers in which Connect and gRPC send the caller's timeout. */
const headersOfTimeout = ['connect-timeout-ms', 'grpc-timeout'];
const longestTimerMs = 2_147_483_647;
const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

function milliseconds(header: string, value: string): number {
  if (header === 'connect-timeout-ms') return Number(value);
  return Number(value.slice(0, -1)) * (unitMs[value.slice(-1)] ?? Number.NaN);
}

/**
 * Drops timeouts beyond 24 days, because Node's timers would fire at once. Our own deadline limits unary calls anyway.
 */
export function dropHugeTimeouts(headers: IncomingHttpHeaders): void {
  for (const header of headersOfTimeout) {
    const value = headers[header];
    if (typeof value === 'string' && milliseconds(header, value) > longestTimerMs) delete headers[header];
  }
}

/** The caller's timeout in ms; infinite if it sends none. */
export function callersTimeoutMs(headers: Headers): number {
  for (const header of headersOfTimeout) {
    const value = headers.get(header);
    const ms = value === null ? Number.NaN : milliseconds(header, value);
    if (!Number.isNaN(ms)) return ms;
  }
  return Number.POSITIVE_INFINITY;
}

/** The timeout of a gRPC call in ms; infinite if there is none, NaN if it cannot be read. */
export function grpcTimeoutMs(value: string | readonly string[] | undefined): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  return typeof value === 'string' && /^\d{1,8}[HMSmun]$/.test(value)
    ? milliseconds('grpc-timeout', value)
    : Number.NaN;
}
