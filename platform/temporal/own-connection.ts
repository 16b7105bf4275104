import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { clientInterceptors } from './client-interceptors.ts';
import { temporalUnavailable } from './errors.ts';
import { createGuardedClient, type GuardedClient } from './guarded-client.ts';

/** The address of Temporal. */
export interface TemporalAddress {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
}

/** The process's own connection to Temporal. The other one is the connection that a worker lends. */
export interface OwnConnection {
  readonly call: GuardedClient['call'];
  /** Ends calls in flight, then the connection. Later calls throw AppError `unavailable`. */
  readonly close: () => Promise<void>;
}

/** Pings find a silently lost connection. The server allows one ping every ten seconds. */
const channelArgs = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.keepalive_time_ms': 15_000,
  'grpc.keepalive_timeout_ms': 5_000,
};
/** Enough for one broken connection. In an outage the caller still gets its error within about a second. */
const attemptsPerCall = 4;

/**
 * Connects at the first call. A connection that gives no answer is replaced: pings find it late, and grpc-js waits for
 * ever for the first data of a server that has accepted the connection.
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
    const guarded = createGuardedClient({
      client: new Client({ connection, namespace, interceptors: clientInterceptors }),
      onSilence,
    });
    const hangUp = async (): Promise<void> => {
      // If a connection is closed between two attempts of a call, the SDK throws where nobody can catch it.
      await guarded.whenIdle();
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
