import { connect } from 'node:net';
import type pg from 'pg';

const cancelRequestCode = 80_877_102;
const giveUpMs = 1000;

/**
 * Asks the server to cancel the statement of this connection. The protocol sends that by a second connection and
 * without an answer. It may arrive late and cancel the next statement instead, so send nothing more by this connection.
 */
export function cancelStatement(client: pg.Client): void {
  const key = { pid: Number(Reflect.get(client, 'processID')), secret: Number(Reflect.get(client, 'secretKey')) };
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(cancelRequestCode, 4);
  request.writeInt32BE(key.pid, 8);
  request.writeInt32BE(key.secret, 12);
  const { host, port } = client;
  const socket = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
  socket.setTimeout(giveUpMs, () => socket.destroy());
  socket.on('error', () => undefined);
  socket.end(request);
  socket.unref();
}
