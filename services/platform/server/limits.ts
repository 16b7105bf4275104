export interface ServerLimits {
  /** Largest request message, decompressed. Default 1 MiB. */
  readonly bodyBytes: number;
  /** Longest a unary call may take. Default 10,000. */
  readonly unaryDeadlineMs: number;
  /** Unary calls from outside being worked on at once. Default 256. */
  readonly maxInFlight: number;
  /** Open streams. Default 2,000. */
  readonly maxStreams: number;
  /** How long `stop` reports unready before it closes the doors, for balancers that poll. Default 0. */
  readonly unreadySeconds: number;
  /** How long `stop` waits for calls in flight before it cuts them. Default 20. */
  readonly drainSeconds: number;
}

export const defaultLimits: ServerLimits = {
  bodyBytes: 1_048_576,
  unaryDeadlineMs: 10_000,
  maxInFlight: 256,
  maxStreams: 2000,
  unreadySeconds: 0,
  drainSeconds: 20,
};
