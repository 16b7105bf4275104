import { createServer, type RequestListener } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { probeHttp, probeTcp, untilHealthy } from './probe.ts';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const never = new AbortController().signal;

test('a part is healthy once it answers 200', async () => {
  let asked = 0;
  const port = await serve((_, response) => response.writeHead(++asked < 3 ? 503 : 200).end());
  await untilHealthy((signal) => probeHttp(`http://127.0.0.1:${port}/ready`, signal), {
    withinSeconds: 20,
    signal: never,
  });
  expect(asked).toBe(3);
});

test('a part that never becomes healthy fails with the last reason', async () => {
  const port = await serve((_, response) => response.writeHead(503).end('no database'));
  const probe = (signal: AbortSignal) => probeHttp(`http://127.0.0.1:${port}/ready`, signal);
  await expect(untilHealthy(probe, { withinSeconds: 0, signal: never })).rejects.toThrow(/503 no database/);
});

test('waiting ends at once when it is aborted, even if the probe ignores its signal', async () => {
  const controller = new AbortController();
  const waiting = untilHealthy(() => new Promise(() => {}), { withinSeconds: 600, signal: controller.signal });
  controller.abort(new Error('ended (exit code 7)'));
  await expect(waiting).rejects.toThrow('ended (exit code 7)');
});

test('a port without a listener is not healthy', async () => {
  const port = await serve((_, response) => response.end());
  await probeTcp(port, never);
  closers.splice(0).forEach((close) => close());
  await expect(probeTcp(port, never)).rejects.toThrow('ECONNREFUSED');
});
