import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { replicas, type Replicas } from './replicas.ts';

async function call(service: Replicas) {
  const stream = await service.request('POST', '/', {}, {});
  const { session } = stream;
  stream.end();
  stream.resume();
  await once(stream, 'close');
  return { session };
}

test('a call at the moment when the server ends an idle connection takes a new connection, and nothing is thrown', async () => {
  const sessions: ServerHttp2Session[] = [];
  const server = createServer();
  server.on('session', (session) => sessions.push(session));
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200 });
    stream.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const service = replicas([`http://127.0.0.1:${(server.address() as AddressInfo).port}`]);
  const { session } = await call(service);
  const again = Promise.withResolvers<Awaited<ReturnType<typeof call>>>();
  // This runs after connect-node has handled the GOAWAY, and before the session emits its error.
  session?.once('goaway', () => void call(service).then(again.resolve, again.reject));
  sessions[0]?.goaway(0);
  expect((await again.promise).session === session).toBe(false);
  expect(sessions).toHaveLength(2);
  service.close();
  for (const each of sessions) each.destroy();
  server.close();
});
