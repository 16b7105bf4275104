import { availableParallelism } from 'node:os';

export interface ServerLimits {
  /** Largest request message, decompressed. Default 1 MiB. */
  readonly bodyBytes: number;
  /** Most memory for the bodies of all calls that are on their way, apart from small ones. Default 32 MiB. */
  readonly arrivingBytes: number;
  /** Longest a unary call may take, and longest that the body of any call may take to arrive. Default 10,000. */
  readonly unaryDeadlineMs: number;
  /** Highest concurrency of reads from outside, and the same for writes. Default 256. */
  readonly maxInFlight: number;
  /** Highest concurrency of calls that mostly use the CPU. Default 8 for each processor. */
  readonly maxHeavy: number;
  /** Highest number of open streams. Default 2,000. */
  readonly maxStreams: number;
  /** Age, plus or minus a tenth, at which a connection is closed without losing a call; 0: never. Default 0. */
  readonly maxConnectionAgeSeconds: number;
  /** How long `stop` is unready before it closes the listeners, so that load balancers notice it. Default 0. */
  readonly unreadySeconds: number;
  /** How long `stop` waits for calls in flight before it cuts them. Default 20. */
  readonly drainSeconds: number;
}

export const defaultLimits: ServerLimits = {
  bodyBytes: 1_048_576,
  arrivingBytes: 33_554_432,
  unaryDeadlineMs: 10_000,
  maxInFlight: 256,
  maxHeavy: 8 * availableParallelism(),
  maxStreams: 2000,
  maxConnectionAgeSeconds: 0,
  unreadySeconds: 0,
  drainSeconds: 20,
};
