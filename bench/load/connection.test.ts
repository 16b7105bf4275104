import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Connection } from './connection.ts';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

async function serverWith(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const get = Buffer.from('GET / HTTP/1.1\r\nhost: test\r\n\r\n');

test('a body of known length and one in chunks arrive whole, however the network cuts them', async () => {
  const large = 'x'.repeat(1_000_000);
  let count = 0;
  const url = await serverWith((_, response) => {
    if (count++ % 2 === 0) response.setHeader('content-length', large.length).end(large);
    else {
      response.write(large.slice(0, 10));
      setTimeout(() => response.end(large.slice(10)), 5);
    }
  });
  const connection = new Connection(url);
  for (let again = 0; again < 4; again++) {
    const answer = await connection.send(get);
    expect([answer.status, answer.bodyBytes, answer.body.toString() === large]).toEqual([200, large.length, true]);
  }
  connection.close();
});

test('bodies that are only counted are not kept', async () => {
  const url = await serverWith((_, response) => void response.setHeader('content-length', 5).end('hello'));
  const connection = new Connection(url, { keepBodies: false });
  expect(await connection.send(get)).toMatchObject({ bodyBytes: 5, body: Buffer.alloc(0) });
  connection.close();
});

test('a connection that the server closes after its answer is opened again for the next request', async () => {
  let connections = 0;
  const url = await serverWith((request, response) => {
    if (request.headers['x-first'] === undefined) connections++;
    response.setHeader('connection', 'close').end('bye');
  });
  const connection = new Connection(url);
  for (let again = 0; again < 3; again++) expect((await connection.send(get)).body.toString()).toBe('bye');
  expect(connections).toBe(3);
});

test('a request without an answer fails', async () => {
  const url = await serverWith((request) => void request.socket.destroy());
  await expect(new Connection(url).send(get)).rejects.toThrow('the server closed the connection');
});
