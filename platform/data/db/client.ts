import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import pg from 'pg';
import { currentLimits } from '../../telemetry/request-context.ts';
import { cancelStatement } from './cancel.ts';
import type { DatabaseMetrics } from './metrics.ts';

interface Statement {
  name?: string | undefined;
  readonly text: string;
}

type Callback = (error: Error | null, result: unknown) => void;
type Query = (statement: unknown, values?: unknown, callback?: unknown) => unknown;

export interface ClientOptions {
  readonly metrics?: DatabaseMetrics | undefined;
  /** Longer than the server allows any statement: whoever has no answer by then has lost the connection. */
  readonly silenceMs: number;
  /** Told when a connection fell silent. */
  readonly onSilence: () => void;
}

/** After the time is over, for answers that are there but could not be read yet: this process may be the late one. */
const graceMs = 250;
/** How long the answer to a cancelled statement is waited for. */
const cancelledMs = 500;
const heard = new WeakMap<object, number>();
const sockets = new WeakMap<object, Socket>();

/** When the connection last answered, as `performance.now()` counts. */
export function lastHeardMs(client: object): number {
  return heard.get(client) ?? performance.now();
}

/**
 * A connection that keeps the statements it is sent, since a server that parses and plans each anew is markedly slower,
 * that tells how long each took, and that waits for no answer for ever.
 */
export function clientClass(options: ClientOptions): new (config?: pg.ClientConfig) => pg.ClientBase {
  const { metrics } = options;
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const known = names.get(text);
    if (known !== undefined) return known;
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 32);
    names.set(text, name);
    return name;
  };

  function query(this: pg.Client, statement: unknown, values?: unknown, callback?: unknown): unknown {
    const send = Reflect.get(pg.Client.prototype, 'query') as Query;
    if (!isStatement(statement)) return send.call(this, statement, values, callback);
    // Begin, commit and the like have no values, and nothing to plan.
    if (Array.isArray(values) && values.length > 0) statement.name = nameOf(statement.text);
    const started = performance.now();
    const unwatch = watch(this, statement.text, options);
    const done = () => {
      unwatch();
      const now = performance.now();
      heard.set(this, now);
      metrics?.queryTook(statement.text, (now - started) / 1000);
    };
    if (typeof callback === 'function') {
      const inner = callback as Callback;
      return send.call(this, statement, values, (error: Error | null, result: unknown) => {
        done();
        inner(error, result);
      });
    }
    const answer = send.call(this, statement, values) as Promise<unknown>;
    return answer.finally(done);
  }

  const Client = class extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      const socket = new Socket();
      super({ ...config, stream: () => socket });
      sockets.set(this, socket);
      // Whoever uses it hears of its death from their statement; unheard, the event would end the process.
      this.on('error', () => undefined);
    }
  };
  Object.defineProperty(Client.prototype, 'query', { value: query });
  return Client;
}

/**
 * Cuts the connection when no answer comes. A read that nobody waits for any more is cancelled before, and its
 * connection not used again; a transaction that was begun goes on, since its effect is what its caller will ask for
 * again. @returns what ends the watch
 */
function watch(client: pg.Client, text: string, { silenceMs, onSilence }: ClientOptions): () => void {
  const cut = () => {
    onSilence();
    sever(client);
  };
  const suspect = () => {
    timer = setTimeout(cut, graceMs);
  };
  let timer = setTimeout(suspect, silenceMs - graceMs);
  const limits = currentLimits();
  if (limits === undefined || !isLoneRead(client, text)) return () => clearTimeout(timer);
  let cancelled = false;
  const cancel = () => {
    cancelled = true;
    clearTimeout(timer);
    timer = setTimeout(suspect, cancelledMs);
    cancelStatement(client);
  };
  limits.signal.addEventListener('abort', cancel, { once: true });
  return () => {
    clearTimeout(timer);
    limits.signal.removeEventListener('abort', cancel);
    if (cancelled) sever(client);
  };
}

function isLoneRead(client: pg.Client, text: string): boolean {
  return client.getTransactionStatus() !== 'T' && /^\s*select\b/i.test(text);
}

function sever(client: pg.Client): void {
  const error = Object.assign(new Error('the database did not answer in time'), { code: 'ETIMEDOUT' });
  sockets.get(client)?.destroy(error);
}

function isStatement(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';
}
