import pg from 'pg';
import { createGate, GateClosed, type Gate } from '../../gate.ts';
import { currentLimits } from '../../telemetry/request-context.ts';
import { lastHeardMs } from './client.ts';

export interface PoolLimits {
  /** Calls that may wait for a connection. */
  readonly maxWaiting: number;
  /** How long they may. */
  readonly maxWaitMs: number;
  /** How long while others wait in vain. */
  readonly overloadedWaitMs?: number;
}

/** Steps that all want the same product wait for each other within their transactions: reads must not wait with them. */
const urgentShare = 0.7;

type Callback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: Error | boolean) => void,
) => void;

/** Nothing was sent; `from-postgres.ts` knows the codes. */
class NoConnection extends Error {
  override readonly name = 'NoConnection';
  readonly code: 'POOL_BUSY' | 'CALL_OVER';

  constructor(code: NoConnection['code'], cause: unknown) {
    super(code === 'POOL_BUSY' ? 'too many calls wait for a connection' : 'nobody waits for the answer', { cause });
    this.code = code;
  }
}

/**
 * A pool whose queue is bounded in length and time, where steps of a checkout come before what the public asks, and
 * which lets no connection leak: one that died is given back even if its user forgets it, and when one turns out to be
 * cut off without a word, those that were not heard of since are not trusted either.
 */
export class BoundedPool extends pg.Pool {
  readonly #gate: Gate;
  #suspectedAtMs = Number.NEGATIVE_INFINITY;

  constructor(config: pg.PoolConfig & { readonly max: number }, limits: PoolLimits) {
    super(config);
    const urgentConcurrency = Math.max(1, Math.floor(config.max * urgentShare));
    this.#gate = createGate({ concurrency: config.max, urgentConcurrency, ...limits });
  }

  /** Connections in use, and calls that wait for one. */
  use(): { readonly running: number; readonly waiting: number } {
    return this.#gate.size();
  }

  /** A connection fell silent: others may have, too. */
  suspect(): void {
    this.#suspectedAtMs = performance.now();
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.PoolClient> | void {
    if (callback === undefined) return this.#lease();
    void this.#leaseTo(callback);
  }

  async #leaseTo(callback: Callback): Promise<void> {
    let client: pg.PoolClient;
    try {
      client = await this.#lease();
    } catch (error) {
      callback(error as Error, undefined, () => undefined);
      return;
    }
    callback(undefined, client, (release) => client.release(release));
  }

  async #lease(): Promise<pg.PoolClient> {
    const limits = currentLimits();
    const leave = await this.#gate
      .enter({ urgent: limits?.urgent ?? false, signal: limits?.signal })
      .catch((error: unknown) => {
        const gone = error instanceof GateClosed && error.why === 'gone';
        throw new NoConnection(gone ? 'CALL_OVER' : 'POOL_BUSY', error);
      });
    try {
      return givenBackOnce(await this.#trusted(), leave);
    } catch (error) {
      leave();
      throw error;
    }
  }

  async #trusted(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await super.connect();
      if (lastHeardMs(client) >= this.#suspectedAtMs) return client;
      client.release(true);
    }
  }
}

/** Drizzle forgets a connection on which not even `begin` succeeds, and gives others back after they died. */
function givenBackOnce(client: pg.PoolClient, leave: () => void): pg.PoolClient {
  const giveBack = client.release.bind(client);
  let given = false;
  const release = (error?: Error | boolean): void => {
    if (given) return;
    given = true;
    client.removeListener('end', onEnd);
    giveBack(error);
    leave();
  };
  const onEnd = (): void => release(true);
  client.once('end', onEnd);
  client.release = release;
  return client;
}
