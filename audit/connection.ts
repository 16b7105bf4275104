import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface Connection {
  readonly client: pg.Client;
  /** Ends the connection at once. The running statement fails with this error, later ones fail, too. */
  readonly cut: (error: Error) => void;
  /** Takes leave of the server, but waits only shortly for its answer. */
  readonly close: () => Promise<void>;
}

const connectTimeoutMs = 5_000;
const closeWithinMs = 1_000;

/** @throws if the server does not answer within five seconds */
export async function connect(url: string, config: pg.ClientConfig): Promise<Connection> {
  const socket = new Socket();
  const client = new pg.Client({
    ...config,
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    // While only an answer is awaited, a server that has vanished shows by this, within about 20 s.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    stream: () => socket,
  });
  // If the connection breaks, the next statement fails. An `error` event without a listener would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return {
    client,
    cut: (error) => void socket.destroy(error),
    close: async () => {
      await Promise.race([client.end().catch(() => undefined), sleep(closeWithinMs, undefined, { ref: false })]);
      socket.destroy();
    },
  };
}
