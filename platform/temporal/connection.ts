import { Client } from '@temporalio/client';
import type { ConnectionLike } from '@temporalio/client';
import { clientInterceptors } from './client-interceptors.ts';
import { createGuardedClient, type GuardedClient } from './guarded-client.ts';
import { openOwnConnection, type TemporalAddress } from './own-connection.ts';
import { ensureSearchAttributes, type SearchAttributeTypes } from './search-attributes.ts';

export interface TemporalOptions extends TemporalAddress {
  /** The search attributes that the namespace must know before anything is started; `check` sees to that. */
  readonly searchAttributes?: SearchAttributeTypes;
}

/** A process's access to Temporal. It connects at the first call, and again after each loss. */
export interface Temporal extends TemporalAddress {
  /**
   * Calls Temporal within `timeoutMs`, all attempts included. If it does not answer, throws AppError `unavailable`:
   * what was asked may have happened. Other errors are the SDK's.
   */
  readonly call: GuardedClient['call'];
  /**
   * Does the same by the connection of this process's worker, if there is a worker and its connection answers; then
   * `eager` is true. By this connection Temporal can hand the first task of a started workflow to the worker at once.
   */
  readonly callByWorker: <Result>(
    timeoutMs: number,
    run: (client: Client, eager: boolean) => Promise<Result>,
  ) => Promise<Result>;
  /** Lends a worker's connection. @returns a function that takes it back and resolves when no call uses it */
  readonly lend: (connection: ConnectionLike) => () => Promise<void>;
  /** Registers search attributes that are missing. Throws if Temporal does not answer, or does not allow that. */
  readonly check: () => Promise<void>;
  /** Ends calls in flight, then the connection. Later calls throw AppError `unavailable`. */
  readonly close: () => Promise<void>;
}

const checkTimeoutMs = 2_000;
/**
 * How long the worker's connection is not used after it gave no answer. It takes up to 45 s to notice that it is dead,
 * and the SDK has no setting for that.
 */
const silentRestMs = 10_000;

/** Opens no connection yet, so that a process starts while Temporal is away. */
export function connectTemporal({ address, namespace, searchAttributes = {} }: TemporalOptions): Temporal {
  const own = openOwnConnection({ address, namespace });
  let lent: { readonly guarded: GuardedClient; restsUntil: number } | undefined;
  let attributesKnown = false;

  async function requireSearchAttributes({ connection }: Client): Promise<void> {
    if (attributesKnown) return;
    await ensureSearchAttributes(connection, namespace, searchAttributes);
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
      const client = new Client({ connection, namespace, interceptors: clientInterceptors });
      const guarded = createGuardedClient({ client, onSilence });
      const loan = { guarded, restsUntil: 0 };
      lent = loan;
      return async () => {
        if (lent === loan) lent = undefined;
        await guarded.whenIdle();
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
