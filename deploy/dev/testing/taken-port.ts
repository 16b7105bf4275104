import { createServer } from 'node:net';

export interface TakenPort {
  readonly port: number;
  readonly free: () => void;
}

/** Listens on a port of this machine, so that it is busy until `free` is called. */
export async function takePort(): Promise<TakenPort> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, free: () => void server.close() };
}
