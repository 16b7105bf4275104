import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from './connection.ts';

export interface Beat {
  readonly everyMs: number;
  /** Longest wait for an answer. */
  readonly withinMs: number;
}

const usual: Beat = { everyMs: 10_000, withinMs: 30_000 };

/**
 * Asks a server for a sign of life, again and again, over a connection of its own. A statement of the audit may take an
 * hour, so its own silence tells nothing. Nor does TCP's keep-alive, if the statement was not delivered or if a proxy
 * stands between.
 * @param onSilence called once, if the server does not answer in time or ends this connection
 * @returns a function that ends the watch
 */
export async function watchServer(
  url: string,
  onSilence: (error: Error) => void,
  { everyMs, withinMs } = usual,
): Promise<() => Promise<void>> {
  const { client, close } = await connect(url, { application_name: 'audit-watch', query_timeout: withinMs });
  const stopping = new AbortController();
  const watch = async (): Promise<never> => {
    for (;;) {
      await client.query('select 1');
      await sleep(everyMs, undefined, { signal: stopping.signal });
    }
  };
  watch().catch((cause: unknown) => {
    if (!stopping.signal.aborted) onSilence(silenceOf(url, cause));
  });
  return async () => {
    stopping.abort();
    await close();
  };
}

/** It has the code and the address that errors of sockets have. The command line names the database by them. */
function silenceOf(url: string, cause: unknown): Error {
  const { host, hostname, port } = new URL(url);
  const error = new Error(`the database at ${host} gives no sign of life`, { cause });
  return Object.assign(error, { code: 'ETIMEDOUT', address: hostname, port: Number(port) });
}
