import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** Ages vary by this share, so that connections that began together do not end together. */
const jitter = 0.1;

/** How old a connection gets where `seconds` is the usual age; 0: it has no end. */
export function lifeMsOf(seconds: number): number {
  return seconds === 0 ? Infinity : seconds * 1000 * (1 - jitter + 2 * jitter * Math.random());
}

// A GOAWAY frame with NO_ERROR and the highest stream id that there can be, so that it refuses no stream.
const notice = Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/** An HTTP/2 session and its socket. */
export interface Connection {
  readonly session: ServerHttp2Session;
  readonly socket: Socket;
}

/**
 * Asks the client to open another connection; calls on their way are still served. The notice is written directly to
 * the socket, because after `session.goaway` Node stops reading when no stream is open, and a call on its way is lost.
 * Each write of Node is a whole frame, so the notice cannot split one.
 */
export function requestReconnect({ session, socket }: Connection): void {
  const ask = (): void => {
    if (!session.destroyed && !session.closed && socket.writable) socket.write(notice);
  };
  // HTTP/2 wants our SETTINGS frame to be the first.
  if (session.pendingSettingsAck) session.once('localSettings', ask);
  else ask();
}

/**
 * Ends a connection at about `seconds` of age (0: never) without a failed call. The client opens a new connection,
 * which a load balancer may lead to another replica. Calls and streams in flight end normally.
 */
export function endAtAge(connection: Connection, seconds: number): void {
  if (seconds === 0) return;
  const timer = setTimeout(() => closeGracefully(connection), lifeMsOf(seconds));
  timer.unref();
  connection.session.once('close', () => clearTimeout(timer));
}

/** Closes a connection when all calls that the client sent before it knew of this have arrived. */
export function closeGracefully(connection: Connection): void {
  const { session } = connection;
  if (session.destroyed || session.closed) return;
  if (session.pendingSettingsAck) {
    session.once('localSettings', () => closeGracefully(connection));
    return;
  }
  requestReconnect(connection);
  // The answer to the ping comes after all that the client sent before the notice. So closing now refuses nothing.
  session.ping((error) => {
    if (error === null && !session.closed) session.close();
  });
}
