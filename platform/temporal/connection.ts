import { Client } from '@temporalio/client';
import type { ConnectionLike } from '@temporalio/client';
import { createGuardedClient, type GuardedClient } from './guarded-client.ts';
import { openOwnConnection, type TemporalAddress } from './own-connection.ts';

export interface TemporalOptions extends TemporalAddress {
  /** Names of the search attributes that the namespace must know before anything is started; `check` asks for them. */
  readonly searchAttributes?: readonly string[];
}

/** A process's access to Temporal. Nothing connects before it is needed, and every connection recovers by itself. */
export interface Temporal extends TemporalAddress {
  /**
   * Calls Temporal, all within `timeoutMs`. That it does not answer is AppError `unavailable`, what was asked may then
   * have happened; other errors are the SDK's.
   */
  readonly call: GuardedClient['call'];
  /**
   * The same by the connection of this process's worker, if there is one that answers: by that the worker can be handed
   * the first task of what is started, which `eager` says.
   */
  readonly callByWorker: <Result>(
    timeoutMs: number,
    run: (client: Client, eager: boolean) => Promise<Result>,
  ) => Promise<Result>;
  /** A worker lends its connection; the answer takes it back, and returns when no call is under way by it. */
  readonly lend: (connection: ConnectionLike) => () => Promise<void>;
  /** Answers if Temporal does and knows the search attributes that it was asked for; AppError otherwise. */
  readonly check: () => Promise<void>;
  /** Ends what is under way, then the connection; calls that come later are AppError `unavailable`. */
  readonly close: () => Promise<void>;
}

const checkTimeoutMs = 2_000;
/** The worker's connection takes up to 45 s to notice that it is dead, which the SDK lets nobody set. */
const silentRestMs = 10_000;

/** Opens no connection yet, so that a process starts while Temporal is away. */
export function connectTemporal({ address, namespace, searchAttributes = [] }: TemporalOptions): Temporal {
  const own = openOwnConnection({ address, namespace });
  let lent: { readonly guarded: GuardedClient; restsUntil: number } | undefined;
  let attributesKnown = false;

  async function requireSearchAttributes({ connection }: Client): Promise<void> {
    if (attributesKnown) return;
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = searchAttributes.filter((name) => !(name in (customAttributes ?? {})));
    if (missing.length > 0) throw new Error(`search attributes are not registered: ${missing.join(', ')}`);
    attributesKnown = true;
  }

  return {
    address,
    namespace,
    call: own.call,

    callByWorker: (timeoutMs, run) => {
      if (lent === undefined || performance.now() < lent.restsUntil) {
        return own.call(timeoutMs, (client) => run(client, false));
      }
      return lent.guarded.call(timeoutMs, (client) => run(client, true));
    },

    lend(connection) {
      const onSilence = (): void => {
        loan.restsUntil = performance.now() + silentRestMs;
      };
      const guarded = createGuardedClient({ client: new Client({ connection, namespace }), onSilence });
      const loan = { guarded, restsUntil: 0 };
      lent = loan;
      return async () => {
        if (lent === loan) lent = undefined;
        await guarded.settled();
      };
    },

    check: () =>
      own.call(checkTimeoutMs, async (client) => {
        await client.connection.workflowService.describeNamespace({ namespace });
        await requireSearchAttributes(client);
      }),

    close: own.close,
  };
}
