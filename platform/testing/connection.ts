import { once } from 'node:events';
import { createConnection } from 'node:net';

export interface Conversation {
  /** Everything that the server sent, until `until` was seen or the server ended the connection. */
  readonly text: string;
  /** True if the server ended the connection. */
  readonly ended: boolean;
}

/**
 * Sends bytes on one HTTP/1.1 connection and reads what comes back. A connection that the server neither answers nor
 * ends keeps it waiting, so a test of such a connection fails by its own timeout.
 */
export async function converse(
  url: string,
  parts: readonly (string | Uint8Array)[],
  until: (text: string) => boolean,
): Promise<Conversation> {
  const { hostname, port } = new URL(url);
  const socket = createConnection({ host: hostname, port: Number(port), allowHalfOpen: true });
  await once(socket, 'connect');
  let text = '';
  const done = Promise.withResolvers<boolean>();
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    if (until(text)) done.resolve(false);
  });
  socket.once('end', () => done.resolve(true));
  socket.on('error', () => done.resolve(true));
  for (const part of parts) socket.write(part);
  const ended = await done.promise;
  socket.destroy();
  return { text, ended };
}
