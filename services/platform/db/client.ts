import { createHash } from 'node:crypto';
import pg from 'pg';
import type { DatabaseMetrics } from './metrics.ts';

interface Statement {
  name?: string | undefined;
  readonly text: string;
}

type Callback = (error: Error | null, result: unknown) => void;
type Query = (statement: unknown, values?: unknown, callback?: unknown) => unknown;

/** Longer than the server lets a statement take (2 s), shorter than a caller waits (3 s). */
const answerWithinMs = 2500;

/**
 * A connection that keeps the statements it is sent, since a server that parses and plans each anew is markedly slower,
 * and that tells how long each took. A statement without an answer, long after the server must have given one, ends the
 * connection: the network has lost it without a word, and whoever got it next would wait in vain, too.
 */
export function clientClass(metrics: DatabaseMetrics | undefined): new (config?: pg.ClientConfig) => pg.ClientBase {
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
    const silence = setTimeout(() => hangUp(this), answerWithinMs);
    const done = () => {
      clearTimeout(silence);
      metrics?.queryTook(statement.text, (performance.now() - started) / 1000);
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
      super(config);
      // Whoever uses it hears of its death from their statement; unheard, the event would end the process.
      this.on('error', () => undefined);
    }
  };
  Object.defineProperty(Client.prototype, 'query', { value: query });
  return Client;
}

/** What waits for an answer on it is told that the connection is gone. */
function hangUp(client: pg.Client): void {
  client.connection.stream.destroy();
}

function isStatement(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';
}
