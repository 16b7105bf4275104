import pg from 'pg';
import { createGate, GateClosed, type Gate } from '../../gate.ts';
import { currentLimits } from '../../telemetry/request-context.ts';
import { lastHeardMs } from './client.ts';

export interface PoolLimits {
  /** Calls that may wait for a connection. */
  readonly maxWaiting: number;
  /** Longest wait for a connection. */
  readonly maxWaitMs: number;
  /** Longest wait in an overload; see `GateOptions`. */
  readonly overloadedWaitMs?: number;
}

/**
 * Share of the connections that urgent calls may use. Urgent calls that want the same row wait for each other within
 * their transactions, and reads must not wait with them.
 */
const urgentShare = 0.7;

type Callback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: Error | boolean) => void,
) => void;

/** There was no connection, and no statement was sent. `from-postgres.ts` maps the codes. */
class NoConnection extends Error {
  override readonly name = 'NoConnection';
  readonly code: 'POOL_BUSY' | 'CALL_OVER';

  constructor(code: NoConnection['code'], cause: unknown) {
    super(code === 'POOL_BUSY' ? 'too many calls wait for a connection' : 'the caller is gone', { cause });
    this.code = code;
  }
}

/**
 * A pool with a queue that is bounded in length and time and serves urgent calls first. No connection leaks: a dead one
 * is given back even if its user forgets it. When one connection is silently lost, others that have not answered since
 * are replaced too.
 */
export class BoundedPool extends pg.Pool {
  readonly #gate: Gate;
  readonly #onFailed: (error: Error) => void;
  #suspectedAtMs = Number.NEGATIVE_INFINITY;

  /** @param onFailed called when a connection cannot be opened */
  constructor(
    config: pg.PoolConfig & { readonly max: number },
    limits: PoolLimits,
    onFailed: (error: Error) => void = () => undefined,
  ) {
    super(config);
    this.#onFailed = onFailed;
    const urgentConcurrency = Math.max(1, Math.floor(config.max * urgentShare));
    this.#gate = createGate({ concurrency: config.max, urgentConcurrency, ...limits });
  }

  /** Connections in use, and calls that wait for one. */
  use(): { readonly running: number; readonly waiting: number } {
    return this.#gate.size();
  }

  /** Call this when a connection gives no answer: others may be lost too. */
  suspect(): void {
    this.#suspectedAtMs = performance.now();
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.PoolClient> | void {
    if (callback === undefined) return this.#take();
    void this.#takeFor(callback);
  }

  async #takeFor(callback: Callback): Promise<void> {
    let client: pg.PoolClient;
    try {
      client = await this.#take();
    } catch (error) {
      callback(error as Error, undefined, () => undefined);
      return;
    }
    callback(undefined, client, (release) => client.release(release));
  }

  async #take(): Promise<pg.PoolClient> {
    const limits = currentLimits();
    const releasePermit = await this.#gate
      .enter({ urgent: limits?.urgent ?? false, signal: limits?.signal })
      .catch((error: unknown) => {
        const gone = error instanceof GateClosed && error.why === 'gone';
        throw new NoConnection(gone ? 'CALL_OVER' : 'POOL_BUSY', error);
      });
    try {
      return givenBackOnce(await this.#trusted(), releasePermit);
    } catch (error) {
      releasePermit();
      throw error;
    }
  }

  async #trusted(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await super.connect().catch((error: Error) => {
        if (!this.ending) this.#onFailed(error);
        throw error;
      });
      if (lastHeardMs(client) >= this.#suspectedAtMs) return client;
      client.release(true);
    }
  }
}

/**
 * Gives a connection back when it dies, and at most once. Drizzle never gives a connection back on which `begin`
 * failed, and gives others back after they have died.
 */
function givenBackOnce(client: pg.PoolClient, releasePermit: () => void): pg.PoolClient {
  const giveBack = client.release.bind(client);
  let given = false;
  const release = (error?: Error | boolean): void => {
    if (given) return;
    given = true;
    client.removeListener('end', onEnd);
    giveBack(error);
    releasePermit();
  };
  const onEnd = (): void => release(true);
  client.once('end', onEnd);
  client.release = release;
  return client;
}
