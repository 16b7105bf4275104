import { Client, Connection } from '@temporalio/client';
import type { ConnectionLike } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../../workflows/contract.ts';
import { temporalCall } from './errors.ts';

export interface TemporalOptions {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
}

/** A process's access to Temporal. Nothing connects before it is needed, and every connection recovers by itself. */
export interface Temporal extends TemporalOptions {
  /** The client to use now; ask for it anew for every call. */
  client(): Client;
  /** Whether a worker of this process lends its connection, so that it can be handed the first task of what is started. */
  canStartEagerly(): boolean;
  /** A worker lends its connection; the answer takes it back. */
  lend(connection: ConnectionLike): () => void;
  /** Answers if Temporal does and knows the search attributes that every start sets; AppError otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const CHECK_TIMEOUT_MS = 2_000;

/** Opens no connection yet, so that a process starts while Temporal is away. */
export function connectTemporal({ address, namespace }: TemporalOptions): Temporal {
  const connection = Connection.lazy({ address });
  const own = new Client({ connection, namespace });
  let lent: Client | undefined;
  let attributesKnown = false;

  return {
    address,
    namespace,
    client: () => lent ?? own,
    canStartEagerly: () => lent !== undefined,

    lend(workerConnection) {
      const client = new Client({ connection: workerConnection, namespace });
      lent = client;
      return () => {
        if (lent === client) lent = undefined;
      };
    },

    async check() {
      await temporalCall(own, CHECK_TIMEOUT_MS, async () => {
        await connection.workflowService.describeNamespace({ namespace });
        if (attributesKnown) return;
        const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
        const missing = Object.values(SEARCH_ATTRIBUTES).filter((name) => !(name in (customAttributes ?? {})));
        if (missing.length > 0) throw new Error(`search attributes are not registered: ${missing.join(', ')}`);
        attributesKnown = true;
      });
    },

    close: () => connection.close(),
  };
}
