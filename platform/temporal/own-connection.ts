import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { temporalUnavailable } from './errors.ts';
import { createGuardedClient, type GuardedClient } from './guarded-client.ts';

/** Where a process's Temporal is. */
export interface TemporalAddress {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
}

/** This process's own connection to Temporal, as against one that a worker lends. */
export interface OwnConnection {
  readonly call: GuardedClient['call'];
  /** Ends what is under way, then the connection; calls that come later are `unavailable`. */
  readonly close: () => Promise<void>;
}

/** Pings notice a server that fell silent; the server allows one in ten seconds. */
const channelArgs = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.keepalive_time_ms': 15_000,
  'grpc.keepalive_timeout_ms': 5_000,
};
/** Rides over a broken connection; an outage is told to the caller within about a second. */
const attemptsPerCall = 4;

/**
 * Opens no connection before the first call. One that falls silent is given up for a fresh one: pings take their time,
 * and grpc-js waits for ever for the first words of a server that took the connection and never says them.
 */
export function openOwnConnection({ address, namespace }: TemporalAddress): OwnConnection {
  const open = new Set<ReturnType<typeof fresh>>();
  let closing = false;
  let current = fresh();

  function fresh() {
    const connection = Connection.lazy({ address, channelArgs, interceptors: [retries(() => !closing)] });
    const onSilence = (): void => {
      if (closing || current !== own) return;
      current = fresh();
      void own.hangUp();
    };
    const guarded = createGuardedClient({ client: new Client({ connection, namespace }), onSilence });
    const hangUp = async (): Promise<void> => {
      // The SDK throws into the void if a connection is closed between two attempts of a call: so none may be left.
      await guarded.settled();
      await connection.close();
      open.delete(own);
    };
    let over: Promise<void> | undefined;
    const own = { guarded, hangUp: () => (over ??= hangUp()) };
    open.add(own);
    return own;
  }

  return {
    call: async (timeoutMs, run) => {
      if (closing) throw temporalUnavailable(new Error('this process has closed its connection to Temporal'));
      return current.guarded.call(timeoutMs, run);
    },
    close: async () => {
      closing = true;
      for (const { guarded } of open) guarded.abort();
      await Promise.all([...open].map(({ hangUp }) => hangUp()));
    },
  };
}

function retries(goesOn: () => boolean) {
  const usual = defaultGrpcRetryOptions({ maxAttempts: attemptsPerCall });
  return makeGrpcRetryInterceptor({
    ...usual,
    retryableDecider: (attempt, status) => goesOn() && usual.retryableDecider(attempt, status),
  });
}
