import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { replicas, type Replicas } from './replicas.ts';

async function call(peer: Replicas) {
  const stream = await peer.request('POST', '/', {}, {});
  const { session } = stream;
  stream.end();
  stream.resume();
  await once(stream, 'close');
  return { session };
}

test('a call in the moment in which the server ends an idle connection takes a new one, and nothing is thrown', async () => {
  const sessions: ServerHttp2Session[] = [];
  const server = createServer();
  server.on('session', (session) => sessions.push(session));
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200 });
    stream.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const peer = replicas([`http://127.0.0.1:${(server.address() as AddressInfo).port}`]);
  const { session } = await call(peer);
  const again = Promise.withResolvers<Awaited<ReturnType<typeof call>>>();
  // After connect-node has heard it, and before the error that it makes of it is told.
  session?.once('goaway', () => void call(peer).then(again.resolve, again.reject));
  sessions[0]?.goaway(0);
  expect((await again.promise).session === session).toBe(false);
  expect(sessions).toHaveLength(2);
  peer.close();
  for (const each of sessions) each.destroy();
  server.close();
});
