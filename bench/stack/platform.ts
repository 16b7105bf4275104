import type { Credentials } from '../../testkit/shopper/shopper.ts';
import type { Roots } from '../cpu.ts';
import type { Place } from '../load/crowd.ts';

/** A running platform: `all`, or with every role apart. */
export interface Platform extends Place {
  readonly admin: Credentials;
  /** For example http://127.0.0.1:50051. */
  readonly grpc: string;
  readonly databaseUrl: string;
  /** Connections to Postgres of each service. */
  readonly poolSize: number;
  /** log2 of the rounds of its password hashes. */
  readonly bcryptCost: number;
  /** The addresses at which its processes tell their metrics. */
  readonly metricsUrls: readonly string[];
  /** Its processes by role; `app` is one that has all roles. */
  ours(): Roots;
  servers(): Roots;
  /** How a process of it ended by itself, for people. Undefined while all is well. */
  ended(): string | undefined;
  stop(): Promise<void>;
}
