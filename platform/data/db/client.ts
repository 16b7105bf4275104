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
  /** Longest wait for an answer. It is longer than the statement timeout: without an answer the connection is lost. */
  readonly silenceMs: number;
  /** Called when a connection gives no answer in time. */
  readonly onSilence: () => void;
}

/** Added to the longest wait: the answer may have arrived while this process was too busy to read it. */
const graceMs = 250;
/** Longest wait for the answer to a cancelled statement. */
const cancelledMs = 500;
const heard = new WeakMap<object, number>();
const sockets = new WeakMap<object, Socket>();

/** When the connection last answered, on the clock of `performance.now()`. */
export function lastHeardMs(client: object): number {
  return heard.get(client) ?? performance.now();
}

/**
 * Makes the class of connections. A connection prepares each statement once, because to parse and plan it every time is
 * markedly slower. It measures each statement, and it waits for an answer only for a limited time.
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
    // Statements without values, for example begin and commit, gain nothing from being prepared.
    if (Array.isArray(values) && values.length > 0) statement.name ??= nameOf(statement.text);
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
      // The running statement reports the error. Without a listener the event would end the process.
      this.on('error', () => undefined);
    }
  };
  Object.defineProperty(Client.prototype, 'query', { value: query });
  return Client;
}

/**
 * Cuts the connection if no answer comes. If the caller is gone, a read outside a transaction is cancelled and its
 * connection closed. A transaction goes on: its caller will ask for the same effect again.
 * @returns a function that ends the watch
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
  if (limits === undefined || !isReadOutsideTransaction(client, text)) return () => clearTimeout(timer);
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

function isReadOutsideTransaction(client: pg.Client, text: string): boolean {
  return client.getTransactionStatus() !== 'T' && /^\s*select\b/i.test(text);
}

function sever(client: pg.Client): void {
  const error = Object.assign(new Error('the database did not answer in time'), { code: 'ETIMEDOUT' });
  sockets.get(client)?.destroy(error);
}

function isStatement(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';
}
