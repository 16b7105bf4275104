import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** Timers end within this share of the age, before or after: connections that began together do not end together. */
const jitter = 0.1;

// GOAWAY, NO_ERROR, with the highest number that a client's stream can have.
const notice = Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/** An HTTP/2 connection and what it came by. */
export interface Connection {
  readonly session: ServerHttp2Session;
  readonly socket: Socket;
}

/**
 * Asks a client for another connection and refuses nothing: calls on their way still get in.
 *
 * Written past the session, whose own `goaway` makes Node stop reading as soon as no stream is open: a call that was on
 * its way is then lost. nghttp2 has a shutdown notice for this; Node does not offer it. Writes are whole frames each.
 */
export function askForAnother({ session, socket }: Connection): void {
  const ask = (): void => {
    if (!session.destroyed && !session.closed && socket.writable) socket.write(notice);
  };
  // Our settings go first.
  if (session.pendingSettingsAck) session.once('localSettings', ask);
  else ask();
}

/**
 * Ends a connection at about `seconds` of age, without a failed call: its client takes new calls to a new connection,
 * which a balancer may lead to another replica; those under way end as they would have, streams too. 0: never.
 */
export function endAtAge(connection: Connection, seconds: number): void {
  if (seconds === 0) return;
  const lifeMs = seconds * 1000 * (1 - jitter + 2 * jitter * Math.random());
  const timer = setTimeout(() => letGo(connection), lifeMs);
  timer.unref();
  connection.session.once('close', () => clearTimeout(timer));
}

function letGo(connection: Connection): void {
  const { session } = connection;
  if (session.destroyed || session.closed) return;
  if (session.pendingSettingsAck) {
    session.once('localSettings', () => letGo(connection));
    return;
  }
  askForAnother(connection);
  // The answer comes after all that the client sent before it knew: what closes now refuses nothing.
  session.ping((error) => {
    if (error === null && !session.closed) session.close();
  });
}
