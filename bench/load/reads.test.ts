import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { pageFor } from '../rows/pages.ts';
import { reads } from './reads.ts';

const noMarks = { began: () => undefined, ended: () => undefined };

test('a body that is shorter or longer than the page is a failure, although its status is 200', async () => {
  const bodies = ['hello', 'hell', 'hello!', 'hello'].values();
  const server = createServer((_, response) => void response.end(bodies.next().value ?? 'hello')).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const page = pageFor({ path: '/', headers: {}, body: new TextEncoder().encode('hello') }, baseUrl);
  const { failures } = await reads({ page, users: 1, warmUpSeconds: 0, seconds: 0.3 }, noMarks);
  server.close();
  expect(failures).toEqual({
    count: 2,
    reasons: { 'GET / answered 4 bytes instead of 5': 1, 'GET / answered 6 bytes instead of 5': 1 },
  });
});
