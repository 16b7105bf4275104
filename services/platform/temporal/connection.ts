import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import type { ConnectionLike } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../../workflows/contract.ts';
import { isAway, temporalUnavailable } from './errors.ts';

export interface TemporalOptions {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
}

/** A process's access to Temporal. Nothing connects before it is needed, and every connection recovers by itself. */
export interface Temporal extends TemporalOptions {
  /**
   * Calls Temporal, all within `timeoutMs`. That it does not answer is AppError `unavailable`, what was asked may then
   * have happened; other errors are the SDK's.
   */
  readonly call: <Result>(timeoutMs: number, run: (client: Client) => Promise<Result>) => Promise<Result>;
  /** Whether a worker of this process lends its connection, so that it can be handed the first task of what is started. */
  readonly canStartEagerly: () => boolean;
  /** A worker lends its connection; the answer takes it back. */
  readonly lend: (connection: ConnectionLike) => () => void;
  /** Answers if Temporal does and knows the search attributes that every start sets; AppError otherwise. */
  readonly check: () => Promise<void>;
  /** Ends what is under way, then the connection. */
  readonly close: () => Promise<void>;
}

const CHECK_TIMEOUT_MS = 2_000;
/** Pings notice a server that fell silent; the server allows one in ten seconds. */
const CHANNEL = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.keepalive_time_ms': 15_000,
  'grpc.keepalive_timeout_ms': 5_000,
};
/** Rides over a broken connection; an outage is told to the caller within about a second. */
const ATTEMPTS = 4;

/** Opens no connection yet, so that a process starts while Temporal is away. */
export function connectTemporal({ address, namespace }: TemporalOptions): Temporal {
  let closing = false;
  const connection = Connection.lazy({ address, channelArgs: CHANNEL, interceptors: [retries(() => !closing)] });
  const own = new Client({ connection, namespace });
  const underWay = new Map<AbortController, Promise<unknown>>();
  let lent: Client | undefined;
  let attributesKnown = false;

  async function within<Result>(timeoutMs: number, client: Client, run: (client: Client) => Promise<Result>) {
    const deadline = Date.now() + timeoutMs;
    // One for each call: the SDK never takes its listeners off a signal.
    const abort = new AbortController();
    const answer = client.withAbortSignal(abort.signal, () => client.withDeadline(deadline, () => run(client)));
    underWay.set(abort, answer);
    try {
      return await answer;
    } catch (error) {
      throw isAway(error) ? temporalUnavailable(error) : error;
    } finally {
      underWay.delete(abort);
    }
  }

  async function requireSearchAttributes(): Promise<void> {
    if (attributesKnown) return;
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = Object.values(SEARCH_ATTRIBUTES).filter((name) => !(name in (customAttributes ?? {})));
    if (missing.length > 0) throw new Error(`search attributes are not registered: ${missing.join(', ')}`);
    attributesKnown = true;
  }

  return {
    address,
    namespace,
    call: (timeoutMs, run) => within(timeoutMs, lent ?? own, run),
    canStartEagerly: () => lent !== undefined,

    lend(workerConnection) {
      const client = new Client({ connection: workerConnection, namespace });
      lent = client;
      return () => {
        if (lent === client) lent = undefined;
      };
    },

    async check() {
      const ask = async () => {
        await connection.workflowService.describeNamespace({ namespace });
        await requireSearchAttributes();
      };
      await within(CHECK_TIMEOUT_MS, own, ask);
    },

    async close() {
      closing = true;
      for (const abort of underWay.keys()) abort.abort();
      // The SDK throws into the void if a connection is closed between two attempts of a call: so none may be left.
      await Promise.allSettled(underWay.values());
      await connection.close();
    },
  };
}

function retries(goesOn: () => boolean) {
  const usual = defaultGrpcRetryOptions({ maxAttempts: ATTEMPTS });
  return makeGrpcRetryInterceptor({
    ...usual,
    retryableDecider: (attempt, status) => goesOn() && usual.retryableDecider(attempt, status),
  });
}
